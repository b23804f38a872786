//! Conversions to beta's request types.

use super::shared::shared_conversions;

shared_conversions!(beta);
