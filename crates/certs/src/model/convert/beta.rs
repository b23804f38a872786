//! Requests of beta.

use super::shared::shared_conversions;

shared_conversions!(beta);
