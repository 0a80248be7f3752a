//! The line of progress on a terminal: how many, how fast, how much time is left.

use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use certcentral::OutcomeKind;
use certcentral_batch::BatchEvent;

use crate::show::wrap::{duration, number};

/// One line on standard error, if that is a terminal.
pub(super) struct Progress {
    total: u64,
    ended: u64,
    not_placed: u64,
    began: Instant,
    is_watched: bool,
    /// How wide the line is that is shown.
    width: usize,
}

impl Progress {
    pub(super) fn new(total: u64) -> Self {
        let is_watched = io::stderr().is_terminal();
        Self { total, ended: 0, not_placed: 0, began: Instant::now(), is_watched, width: 0 }
    }

    pub(super) fn note(&mut self, event: &BatchEvent) {
        match event {
            BatchEvent::Ended { outcome, .. } => {
                self.ended += 1;
                self.not_placed += u64::from(outcome.kind() != OutcomeKind::Placed);
            }
            BatchEvent::Refused { .. } => {
                self.ended += 1;
                self.not_placed += 1;
            }
            _ => {}
        }
    }

    /// Takes the line away, so that something else can be printed.
    pub(super) fn clear(&mut self) {
        if self.width > 0 {
            let _ = write!(io::stderr(), "\r{:width$}\r", "", width = self.width);
            self.width = 0;
        }
    }

    pub(super) fn draw(&mut self) {
        if !self.is_watched {
            return;
        }
        let line =
            line(self.total, self.ended, self.not_placed, self.began.elapsed().as_secs_f64());
        let mut stderr = io::stderr();
        let _ = write!(stderr, "\r{line:width$}", width = self.width);
        let _ = stderr.flush();
        self.width = line.chars().count();
    }
}

fn line(total: u64, ended: u64, not_placed: u64, seconds: f64) -> String {
    let mut line = format!("{} of {}", number(ended), number(total));
    if ended > 0 && seconds > 0.0 {
        let rate = ended as f64 / seconds;
        line.push_str(&if rate >= 10.0 {
            format!(", {rate:.0} a second")
        } else if rate >= 0.1 {
            format!(", {rate:.1} a second")
        } else {
            format!(", {:.1} a minute", rate * 60.0)
        });
        let left = (total.saturating_sub(ended)) as f64 / rate;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
        let left = left.ceil() as u64;
        line.push_str(&format!(", {} left", duration(left)));
    }
    if not_placed > 0 {
        line.push_str(&format!(", {} not placed", number(not_placed)));
    }
    // All of it is ASCII. A line that wraps could not be drawn over.
    line.truncate(79);
    line
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_line_says_how_many_how_fast_and_how_long_still() {
        assert_eq!(line(1000, 0, 0, 0.2), "0 of 1,000");
        assert_eq!(
            line(1000, 412, 4, 75.0),
            "412 of 1,000, 5.5 a second, 1 min 48 s left, 4 not placed"
        );
        assert_eq!(line(100, 2, 0, 60.0), "2 of 100, 2.0 a minute, 49 min 0 s left");
        assert!(line(100_000_000, 50_000_000, 25_000_000, 9e7).chars().count() < 80);
    }
}
