//! The order in which vintages came out, which need not be the one in which they were taken in.

use growthpole_domain::{DatedPrecision, VintageInfo};
use jiff::civil::Date;

/// The days within which something was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Published {
    /// The first day that is possible, as it is stored.
    pub(crate) date: Date,
    pub(crate) precision: DatedPrecision,
}

impl Published {
    pub(crate) fn of(vintage: &VintageInfo) -> Self {
        Self { date: vintage.published, precision: vintage.precision }
    }

    /// Whether it came out after the other, whatever the days were exactly.
    fn certainly_after(self, other: Self) -> bool {
        self.date > other.precision.last_day(other.date)
    }
}

/// What stands in an order of publication.
pub(crate) trait Dated {
    fn number(&self) -> u32;
    fn published(&self) -> Published;
}

impl Dated for VintageInfo {
    fn number(&self) -> u32 {
        self.number
    }

    fn published(&self) -> Published {
        Published::of(self)
    }
}

/// Where a further publication stands in an order: before the first that certainly came out after it. Where dates leave it
/// open (a day, and the year that holds it) it stands after those that are there.
pub(crate) fn position<T: Dated>(ordered: &[T], published: Published) -> usize {
    let later = ordered.iter().position(|known| known.published().certainly_after(published));
    later.unwrap_or(ordered.len())
}

/// Brings vintages into the order of publication, earliest first.
///
/// They are put in one by one by [`position`], in the order of their numbers. So a further vintage never changes the order
/// of the others, and two of which one certainly came out before the other always stand like that.
pub(crate) fn in_order<T: Dated>(mut vintages: Vec<T>) -> Vec<T> {
    vintages.sort_by_key(Dated::number);
    let mut ordered: Vec<T> = Vec::with_capacity(vintages.len());
    for vintage in vintages {
        let at = position(&ordered, vintage.published());
        ordered.insert(at, vintage);
    }
    ordered
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use DatedPrecision::{Day, Month, Year};
    use jiff::civil::date;

    #[derive(Debug, Clone, Copy)]
    struct Vintage(u32, Date, DatedPrecision);

    impl Dated for Vintage {
        fn number(&self) -> u32 {
            self.0
        }

        fn published(&self) -> Published {
            Published { date: self.1, precision: self.2 }
        }
    }

    fn order(vintages: &[Vintage]) -> Vec<u32> {
        in_order(vintages.to_vec()).iter().map(Dated::number).collect()
    }

    #[test]
    fn a_vintage_that_was_taken_in_late_stands_where_it_came_out() {
        let days = [date(2016, 2, 29), date(2021, 5, 1), date(2018, 10, 1), date(2018, 10, 1), date(2010, 1, 1)];
        let vintages: Vec<Vintage> = (1..).zip(days).map(|(number, day)| Vintage(number, day, Day)).collect();
        // Of one day, the later number is the later one: the correction of a publication.
        assert_eq!(order(&vintages), [5, 1, 3, 4, 2]);
    }

    #[test]
    fn where_dates_leave_it_open_numbers_decide() {
        let year = Vintage(1, date(2026, 1, 1), Year);
        let day = Vintage(2, date(2026, 11, 27), Day);
        assert_eq!(order(&[year, day]), [1, 2]);
        assert_eq!(order(&[Vintage(2, year.1, Year), Vintage(1, day.1, Day)]), [1, 2]);
        // Certainly later than the month, though its number is the first.
        assert_eq!(order(&[Vintage(1, date(2018, 11, 1), Day), Vintage(2, date(2018, 10, 1), Month)]), [2, 1]);
    }

    #[test]
    fn what_is_certain_holds_and_further_vintages_change_no_order() {
        // Every mixture of four dates of three kinds: vague dates make preferences that go round in circles.
        let dates =
            [(date(2021, 1, 1), Year), (date(2021, 6, 1), Month), (date(2021, 6, 15), Day), (date(2021, 3, 1), Day)];
        for mixture in 0..dates.len().pow(4) {
            let chosen = (0..4_u32).map(|place| dates[mixture / dates.len().pow(place) % dates.len()]);
            let vintages: Vec<Vintage> =
                (1..).zip(chosen).map(|(number, (day, kind))| Vintage(number, day, kind)).collect();
            let ordered = in_order(vintages.clone());
            for (at, earlier) in ordered.iter().enumerate() {
                for later in &ordered[at..] {
                    assert!(!earlier.published().certainly_after(later.published()), "{vintages:?}");
                }
            }
            let first_three: Vec<u32> = order(&vintages).into_iter().filter(|number| *number <= 3).collect();
            assert_eq!(first_three, order(&vintages[..3]));
        }
    }
}
