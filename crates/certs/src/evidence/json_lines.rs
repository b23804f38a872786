//! JSON Lines: a JSON object a line.

use super::output::{Encode, failed};
use super::record::EvidenceRecord;
use crate::error::Result;

pub(super) struct JsonLines;

impl Encode for JsonLines {
    fn encode(&mut self, records: &[EvidenceRecord], out: &mut Vec<u8>) -> Result<()> {
        for record in records {
            serde_json::to_writer(&mut *out, record).map_err(failed)?;
            out.push(b'\n');
        }
        Ok(())
    }
}
