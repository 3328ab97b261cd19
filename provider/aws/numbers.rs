//! Whole numbers: ours are never negative, those of AWS's SDKs may be.

/// A number as AWS wants it.
#[must_use]
pub fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A number that AWS returns, if it does.
#[must_use]
pub fn natural(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

/// A port that AWS returns, if it does.
#[must_use]
pub fn port(number: Option<i32>) -> Option<u16> {
    number.and_then(|number| u16::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::{natural, port, whole};

    #[test]
    fn numbers_that_do_not_fit_are_the_largest_or_not_told() {
        assert_eq!((whole(7), whole(u32::MAX)), (7, i32::MAX));
        assert_eq!((natural(Some(7)), natural(Some(-1)), natural(None)), (Some(7), None, None));
        assert_eq!((port(Some(80)), port(Some(65_536)), port(None)), (Some(80), None, None));
    }
}
