use alloc::format;
use alloc::string::String;
use core::fmt;

request_object! {
    /// How long certificates issued for the order are valid (`order_validity`).
    ///
    /// Of several members the custom date wins over the days, and the days over the years. Accounts
    /// without Multi-year Plans do not use this object at all. Without it, and when the validity would
    /// end within 365 days, the certificate gets the validity of the order or the longest that the
    /// baseline requirements allow, whichever is shorter.
    #[derive(Default)]
    pub struct OrderValidity {
        /// Number of years the certificate is valid after it is issued: 1, 2 or 3.
        shown years?: u32,
        /// Number of days the certificate is valid after it is issued, at most 397. Overrides `years`.
        shown days?: u32,
        /// A custom expiration date, `dd MMM YYYY` (`09 JUN 2021`), within 397 days of the day of the
        /// request. Overrides `days` and `years`.
        shown custom_expiration_date?: String,
    }
}

impl OrderValidity {
    /// Valid for 1, 2 or 3 years.
    #[must_use]
    pub fn years(years: u32) -> Self {
        Self { years: Some(years), ..Self::default() }
    }

    /// Valid for 1 to 397 days.
    #[must_use]
    pub fn days(days: u32) -> Self {
        Self { days: Some(days), ..Self::default() }
    }

    /// Valid until a date in numbers: year, month and day.
    ///
    /// ```
    /// use certcentral_model::OrderValidity;
    ///
    /// let validity = OrderValidity::until_date(2027, 6, 9)?;
    /// assert_eq!(validity.custom_expiration_date.as_deref(), Some("09 JUN 2027"));
    /// # Ok::<(), certcentral_model::InvalidDate>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidDate`] if the day does not exist, or the year does not have four digits.
    pub fn until_date(year: i16, month: i8, day: i8) -> Result<Self, InvalidDate> {
        let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let (name, days) = match month {
            1 => ("JAN", 31),
            2 if is_leap_year => ("FEB", 29),
            2 => ("FEB", 28),
            3 => ("MAR", 31),
            4 => ("APR", 30),
            5 => ("MAY", 31),
            6 => ("JUN", 30),
            7 => ("JUL", 31),
            8 => ("AUG", 31),
            9 => ("SEP", 30),
            10 => ("OCT", 31),
            11 => ("NOV", 30),
            12 => ("DEC", 31),
            _ => return Err(InvalidDate),
        };
        if !(0..=9999).contains(&year) || !(1..=days).contains(&day) {
            return Err(InvalidDate);
        }
        Ok(Self::until(format!("{day:02} {name} {year:04}")))
    }

    /// Valid until a date, written `dd MMM YYYY`: `09 JUN 2027`.
    ///
    /// See [`until_date`](Self::until_date) for a date in numbers.
    #[must_use]
    pub fn until(custom_expiration_date: impl Into<String>) -> Self {
        Self { custom_expiration_date: Some(custom_expiration_date.into()), ..Self::default() }
    }
}

/// The day does not exist, or its year does not have four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidDate;

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this date does not exist: check year, month and day")
    }
}

impl core::error::Error for InvalidDate {}
