//! JSON Lines: one JSON object per line.

use super::{Encode, not_encodable};
use crate::error::Result;
use crate::evidence::columns::Row;

pub(super) struct JsonLines;

impl<R: Row> Encode<R> for JsonLines {
    fn encode(&mut self, rows: &[R], out: &mut Vec<u8>) -> Result<()> {
        for row in rows {
            serde_json::to_writer(&mut *out, row).map_err(not_encodable)?;
            out.push(b'\n');
        }
        Ok(())
    }
}
