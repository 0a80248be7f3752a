use crate::arguments::Sandbox as Arguments;
use crate::exit::{Exit, Failure, Result};
pub(crate) fn run(_: &Arguments) -> Result<Exit> {
    Err(Failure::usage("x"))
}
