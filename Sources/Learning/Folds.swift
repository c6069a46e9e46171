/// Splits of samples into training and test where no group (a cell, a framework) stands on both sides.
public struct Fold: Sendable, Equatable {
    /// Indices of training samples, ascending.
    public let training: [Int]
    /// Indices of test samples, ascending.
    public let test: [Int]
}

/// Cross-validation by group.
public enum Folds {
    /// `count` folds (fewer where there are fewer groups); groups are dealt out in a random order that the seed fixes.
    ///
    /// - Parameter count: how many folds.
    /// - Parameter seed: fixes the order of the groups.
    /// - Parameter groups: the group of each sample.
    public static func byGroup(_ groups: [Int], count: Int, seed: UInt64) -> [Fold] {
        var random = RandomSource(seed: seed)
        let distinct = Array(Set(groups)).sorted()
        let order = random.permutation(distinct.count)
        let folds = max(min(count, distinct.count), 1)
        var place: [Int: Int] = [:]
        for (position, index) in order.enumerated() { place[distinct[index]] = position % folds }
        return (0..<folds).map { fold in
            var training: [Int] = []
            var test: [Int] = []
            for (index, group) in groups.enumerated() {
                if place[group] == fold { test.append(index) } else { training.append(index) }
            }
            return Fold(training: training, test: test)
        }.filter { !$0.training.isEmpty && !$0.test.isEmpty }
    }

    /// Several deals.
    public static func repeated(groups: [Int], count: Int, repeats: Int, seed: UInt64) -> [[Fold]] {
        (0..<repeats).map { byGroup(groups, count: count, seed: seed &+ UInt64($0) &* 7919) }
    }
}
