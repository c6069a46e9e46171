/// A row of a data set: what is known of it, what is to be predicted, and what it has in common with other rows.
struct Sample: Sendable {
    /// Which row it is: equal for the same row of two files.
    var id: String
    /// Descriptors, in the order of its set.
    var features: [Double]
    /// What is to be predicted.
    var target: Double
    /// Reduced formulas of all its compositions, or what else names its material.
    var compositions: [String]
    /// The group by the name of a grouping.
    var groups: [String: String]
    /// How much it counts in training.
    var weight = 1.0
}

/// Rows of one kind: those that are scored, and those of other files that may help in training.
struct SampleSet: Sendable {
    /// Names of the descriptors.
    var names: [String]
    /// Rows of the table itself.
    var rows: [Sample]
    /// Rows of other tables, for training alone.
    var extra: [Sample] = []
    /// Rows that were left out, and why.
    var notes: [String] = []
}

/// Which rows are trained on and which scored.
struct Split: Sendable {
    /// Places in the training table's rows.
    var training: [Int]
    /// Places in its extra rows.
    var extra: [Int]
    /// Places in the test table's rows.
    var test: [Int]
}

enum Splits {
    /// Folds over one table where the test rows are the training rows, and otherwise one split: rows of the test
    /// table that the training
    /// table does not hold.
    ///
    /// No row that is trained on, of any file, shares a composition or the group of `grouping` with a row that is
    /// scored.
    static func make(_ train: SampleSet, _ test: SampleSet, grouping: String, folds: Int, seed: UInt64) -> [Split] {
        let known = Set(train.rows.map(\.id))
        let unseen = test.rows.indices.filter { !known.contains(test.rows[$0].id) }
        if !unseen.isEmpty { return [filtered(train, test, unseen, grouping)] }
        var numbers: [String: Int] = [:]
        let groups = test.rows.map { row -> Int in
            let name = row.groups[grouping] ?? row.id
            if let number = numbers[name] { return number }
            numbers[name] = numbers.count
            return numbers.count - 1
        }
        return deal(groups, count: folds, seed: seed).map { filtered(train, test, $0, grouping) }
    }

    /// Places of the rows of each fold; groups are dealt out in a random order that the seed fixes.
    private static func deal(_ groups: [Int], count: Int, seed: UInt64) -> [[Int]] {
        var folds = [[Int]](repeating: [], count: count)
        var state = seed
        func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
        let distinct = (groups.max() ?? -1) + 1
        let keys = (0..<distinct).map { _ in next() }
        var place = [Int](repeating: 0, count: distinct)
        for (position, group) in (0..<distinct).sorted(by: { keys[$0] < keys[$1] }).enumerated() {
            place[group] = position % count
        }
        for (index, group) in groups.enumerated() { folds[place[group]].append(index) }
        return folds.filter { !$0.isEmpty }
    }

    private static func filtered(_ train: SampleSet, _ test: SampleSet, _ chosen: [Int], _ grouping: String) -> Split {
        let compositions = Set(chosen.flatMap { test.rows[$0].compositions })
        let groups = Set(chosen.compactMap { test.rows[$0].groups[grouping] })
        func isFree(_ row: Sample) -> Bool {
            if let group = row.groups[grouping], groups.contains(group) { return false }
            return !row.compositions.contains { compositions.contains($0) }
        }
        return Split(
            training: train.rows.indices.filter { isFree(train.rows[$0]) },
            extra: train.extra.indices.filter { isFree(train.extra[$0]) }, test: chosen)
    }
}
