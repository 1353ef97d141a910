//! The downhill simplex, for a few parameters between 0 and 1.

/// Steps after which a search ends, whatever it has found.
const MOST_STEPS: usize = 400;

/// How near the corners come to each other before a search ends.
const NEAR: f64 = 1e-5;

/// How near their values come to each other, as a fraction of the least: far above what rounding does to them, so that a series
/// in another unit takes the same way.
const ALIKE: f64 = 1e-10;

/// Searches the least value of a function of `D` parameters between 0 and 1, from a start; where it is found on a face of the
/// cube, once more from there.
///
/// Points that leave the cube are put on its face, where a simplex may collapse: hence the second search. The same
/// function and start always give the same answer, and a flat function gives the start.
///
/// # Source
///
/// Nelder and Mead (1965), Computer Journal 7(4), 308-313, with their coefficients 1, 2, 1/2 and 1/2.
pub(super) fn minimise<const D: usize>(
    value: &impl Fn([f64; D]) -> f64,
    start: [f64; D],
    size: f64,
) -> ([f64; D], f64) {
    let found = Simplex::around(value, start, size).search();
    if found.0.iter().all(|&at| at > 0.0 && at < 1.0) {
        return found;
    }
    Simplex::around(value, found.0, size / 10.0).search()
}

/// A point and its value.
type Corner<const D: usize> = ([f64; D], f64);

struct Simplex<'a, F, const D: usize> {
    value: &'a F,
    /// The corners but the worst.
    better: [Corner<D>; D],
    worst: Corner<D>,
}

impl<'a, F: Fn([f64; D]) -> f64, const D: usize> Simplex<'a, F, D> {
    /// The start, and a corner along each axis, towards the middle of the cube.
    fn around(value: &'a F, start: [f64; D], size: f64) -> Self {
        let along = |axis: usize| {
            let mut corner = start;
            corner[axis] += if corner[axis] > 0.5 { -size } else { size };
            (corner, value(corner))
        };
        let first = (start, value(start));
        let better = std::array::from_fn(|corner| if corner == 0 { first } else { along(corner - 1) });
        let mut simplex = Self { value, better, worst: along(D - 1) };
        simplex.sort();
        simplex
    }

    fn search(mut self) -> Corner<D> {
        for _ in 0..MOST_STEPS {
            if self.is_settled() {
                break;
            }
            self.step();
            self.sort();
        }
        self.better.first().copied().unwrap_or(self.worst)
    }

    /// Puts the corners in order, the best first. A corner that is as good as another keeps its place.
    fn sort(&mut self) {
        self.better.sort_by(|a, b| a.1.total_cmp(&b.1));
        if let Some(last) = self.better.last_mut()
            && self.worst.1 < last.1
        {
            std::mem::swap(last, &mut self.worst);
            self.better.sort_by(|a, b| a.1.total_cmp(&b.1));
        }
    }

    /// Whether the corners are near each other, and their values as well.
    fn is_settled(&self) -> bool {
        let Some((best, least)) = self.better.first() else { return true };
        let is_near = |corner: &Corner<D>| corner.0.iter().zip(best).all(|(a, b)| (a - b).abs() < NEAR);
        is_near(&self.worst) && self.better.iter().all(is_near) && self.worst.1 - least <= ALIKE * least.abs()
    }

    /// Replaces the worst corner by a better one, or draws all towards the best.
    fn step(&mut self) {
        let [(_, least), (_, second)] =
            [self.better.first(), self.better.last()].map(|corner| *corner.unwrap_or(&self.worst));
        let reflected = self.beyond(1.0);
        if reflected.1 < least {
            let expanded = self.beyond(2.0);
            self.worst = if expanded.1 < reflected.1 { expanded } else { reflected };
        } else if reflected.1 < second {
            self.worst = reflected;
        } else {
            let is_outside = reflected.1 < self.worst.1;
            let contracted = self.beyond(if is_outside { 0.5 } else { -0.5 });
            if contracted.1 < reflected.1.min(self.worst.1) {
                self.worst = contracted;
            } else {
                self.shrink();
            }
        }
    }

    /// The point on the line from the worst corner through the middle of the others, at `times` their distance beyond it.
    fn beyond(&self, times: f64) -> Corner<D> {
        let point = std::array::from_fn(|axis| {
            let middle = self.better.iter().map(|corner| corner.0[axis]).sum::<f64>() / D as f64;
            (middle + times * (middle - self.worst.0[axis])).clamp(0.0, 1.0)
        });
        (point, (self.value)(point))
    }

    fn shrink(&mut self) {
        let Some(&(best, _)) = self.better.first() else { return };
        let (value, drawn) =
            (self.value, |point: [f64; D]| std::array::from_fn(|axis| 0.5 * (best[axis] + point[axis])));
        for corner in self.better.iter_mut().skip(1).chain([&mut self.worst]) {
            let point = drawn(corner.0);
            *corner = (point, value(point));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_a_curved_valley() {
        let valley = |[x, y]: [f64; 2]| (0.7 - x).powi(2) + 100.0 * (y - x * x).powi(2);
        let ([x, y], least) = minimise(&valley, [0.1, 0.9], 0.1);
        assert!((x - 0.7).abs() < 1e-5 && (y - 0.49).abs() < 1e-5 && least < 1e-10, "{x} {y} {least}");
        let ([x], _) = minimise(&|[x]: [f64; 1]| (x - 0.3).abs(), [0.9], 0.1);
        assert!((x - 0.3).abs() < 1e-5, "{x}");
    }

    #[test]
    fn stops_at_the_face_that_the_bottom_lies_behind() {
        let slope = |[x, y, z]: [f64; 3]| (x - 2.0).powi(2) + (y + 1.0).powi(2) + (z - 0.4).powi(2) + x * z;
        let ([x, y, z], _) = minimise(&slope, [0.5, 0.5, 0.5], 0.1);
        assert!(x == 1.0 && y == 0.0 && z < 1e-4, "{x} {y} {z}");
    }

    #[test]
    fn a_flat_function_ends_where_it_began() {
        assert_eq!(minimise(&|_: [f64; 2]| 1.0, [0.2, 0.0], 0.1), ([0.2, 0.0], 1.0));
    }
}
