//! What was found, for all runs of a receipt together: as JSON, as text, and as an exit code.

use certcentral::model::OrderId;
use certcentral::transport::{Candidate, FindReport, Match, Verdict};
use serde::Serialize;

use crate::exit::Exit;
use crate::show::paint;
use crate::show::shell::Commands;
use crate::show::terminal::printable;

/// What became of the order's file since the order was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum File {
    AsItWas,
    /// It is still for the same person, as far as can be told.
    Edited,
    OfAnother,
    Unreadable,
}

/// Why `not_found` cannot be said, whatever the lists hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// Another key may be that of another account.
    OtherKey,
    /// A run went to another host than this look.
    OtherHost(String),
}

/// It serialises as `find --format json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    verdict: Verdict,
    order_id: Option<OrderId>,
    candidates: Vec<Candidate>,
    #[serde(skip)]
    file: File,
    #[serde(skip)]
    doubts: Vec<Doubt>,
    /// After how many runs the order exists or may exist.
    #[serde(skip)]
    runs: usize,
    /// One for each run that was looked for.
    #[serde(skip)]
    reports: Vec<FindReport>,
}

impl Finding {
    /// What the receipt itself says.
    pub(crate) fn new(file: File, placed: Option<OrderId>, runs: usize) -> Self {
        Self {
            verdict: if placed.is_some() { Verdict::Found } else { Verdict::NotFound },
            order_id: placed,
            candidates: Vec::new(),
            file,
            doubts: Vec::new(),
            runs,
            reports: Vec::new(),
        }
    }

    /// Adds a reason for which `not_found` cannot be said of what is added after it.
    pub(crate) fn doubt(&mut self, doubt: Doubt) {
        self.doubts.push(doubt);
    }

    /// Adds what was found of a run.
    pub(crate) fn add(&mut self, report: FindReport) {
        let verdict = match report.verdict {
            Verdict::NotFound if !self.doubts.is_empty() => Verdict::Ambiguous,
            verdict => verdict,
        };
        self.verdict = most_telling(self.verdict, verdict);
        self.order_id = self.order_id.or_else(|| report.order_id());
        for candidate in &report.candidates {
            if !self.candidates.contains(candidate) {
                self.candidates.push(candidate.clone());
            }
        }
        self.reports.push(report);
    }

    pub(crate) fn exit(&self) -> Exit {
        match self.verdict {
            Verdict::Found => Exit::Success,
            _ => Exit::NotFound,
        }
    }

    /// What was found, what that means, and what to do next.
    pub(crate) fn render(&self, commands: &Commands) -> String {
        let mut lines = match self.verdict {
            Verdict::Found => self.found(commands),
            Verdict::NotFound => self.not_found(commands),
            Verdict::TooEarly => self.too_early(commands),
            Verdict::Ambiguous => self.ambiguous(commands),
        };
        if self.runs > 1 && !self.reports.is_empty() {
            let verdicts: Vec<&str> =
                self.reports.iter().map(|report| report.verdict.as_str()).collect();
            lines.push(format!(
                "What was found of each run whose end was open, the newest first: {}",
                verdicts.join(", ").replace('_', " ")
            ));
        }
        lines.join("\n")
    }

    fn found(&self, commands: &Commands) -> Vec<String> {
        let by = if self.reports.is_empty() { "its receipt has it" } else { "it was placed" };
        let found = paint::success("found");
        let mut lines = Vec::new();
        match self.order_id {
            Some(id) => {
                lines.push(format!("{found}: order {id}, {by}"));
                lines.extend(self.candidates.iter().map(describe));
                lines.push(format!("See how it goes on with: {}", commands.status(id)));
            }
            None => lines.push(format!("{found}: {by}")),
        }
        lines
    }

    fn not_found(&self, commands: &Commands) -> Vec<String> {
        let by = if self.reports.is_empty() {
            "its receipt says that it was not placed"
        } else {
            "both lists were read whole, late enough, and it is in neither"
        };
        let mut lines = vec![format!("{}: {by}", paint::warning("not found"))];
        match self.file {
            File::AsItWas | File::Edited => {
                lines.push("The order was not placed. To place it now:".into());
                let command =
                    if self.reports.is_empty() { commands.order() } else { commands.order_again() };
                lines.push(format!("  {command}"));
                if self.file == File::Edited {
                    lines.push("The file was changed since: check first that it is right.".into());
                }
            }
            File::OfAnother => lines.push(
                "The order was not placed. The file is for another person by now: give that order a \
                 receipt of its own with --receipt PATH."
                    .into(),
            ),
            File::Unreadable => lines.push(
                "The order was not placed. Its file cannot be read: correct it before you order."
                    .into(),
            ),
        }
        lines
    }

    fn too_early(&self, commands: &Commands) -> Vec<String> {
        let longest = self.reports.iter().map(|report| report.settles_in).max();
        let minutes = longest.unwrap_or_default().as_secs().div_ceil(60).max(1);
        vec![
            format!("{}: it is in neither list, and may still appear", paint::warning("too early")),
            format!("Do not send it again. Look again in {minutes} minutes with:"),
            format!("  {}", commands.find()),
        ]
    }

    fn ambiguous(&self, commands: &Commands) -> Vec<String> {
        let what = match self.candidates.len() {
            0 => "it was not seen, and that does not prove that it was not placed",
            1 => "one order may be it",
            _ => "several orders may be it",
        };
        let mut lines = vec![format!("{}: {what}", paint::warning("ambiguous"))];
        lines.extend(self.candidates.iter().map(describe));
        if self.reports.iter().any(|report| !report.lists_are_whole) {
            lines.push("  the lists could not be read whole".into());
        }
        for doubt in &self.doubts {
            lines.push(match doubt {
                Doubt::OtherKey => "  the API key is not the one that the order was sent with, so \
                                    this may be another account: look with that key"
                    .into(),
                Doubt::OtherHost(host) => {
                    let host = printable(host);
                    format!("  another run went to {host}: look there, too, with --base-url {host}")
                }
            });
        }
        match self.file {
            File::AsItWas => {}
            File::Edited => lines.push(
                "  the file was changed since, so this looked only by what of the person is as it \
                 was: undo the change, and more can be told"
                    .into(),
            ),
            File::OfAnother | File::Unreadable => lines.push(
                "  the name and the email address of the order that was sent are not known, so any \
                 order of the product may be it: give the file as it was sent"
                    .into(),
            ),
        }
        lines.push("Do not send it again before a person has looked in CertCentral.".into());
        if let Some(id) = self.candidates.iter().find_map(|candidate| candidate.order_id) {
            lines.push("If you have looked, and an order is not this one, say so:".into());
            lines.push(format!("  {}", commands.find_without(id)));
        }
        lines
    }
}

/// The verdict that decides: an order that exists before one that may exist, and that before none.
fn most_telling(one: Verdict, other: Verdict) -> Verdict {
    let rank = |verdict| match verdict {
        Verdict::Found => 3,
        Verdict::Ambiguous => 2,
        Verdict::TooEarly => 1,
        Verdict::NotFound => 0,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// A candidate on a line.
pub(crate) fn describe(candidate: &Candidate) -> String {
    let mut line = match candidate.order_id {
        Some(id) => format!("  order {id}"),
        None => {
            let ids: Vec<String> = candidate.request_ids.iter().map(ToString::to_string).collect();
            format!("  request {}", ids.join(", "))
        }
    };
    if let Some(status) = &candidate.status {
        line.push_str(&format!(", {status}"));
    }
    if let Some(date) = &candidate.date_created {
        line.push_str(&format!(", created {date}"));
    }
    let matched: Vec<&str> = candidate.matched.iter().map(|matched| word(*matched)).collect();
    if !matched.is_empty() {
        line.push_str(&format!(", same {}", matched.join(", ")));
    }
    printable(&line).into_owned()
}

fn word(matched: Match) -> &'static str {
    match matched {
        Match::OrderId => "id as in the answer",
        Match::Product => "product",
        Match::Individual => "individual",
        Match::Name => "name",
        Match::Email => "email address",
        _ => "other things",
    }
}
