import Testing

@testable import Materials

@Suite struct SplitTests {
    /// Nothing that is trained on, of any file, shares a composition or a group with what is scored.
    private func check(_ train: SampleSet, _ test: SampleSet, _ splits: [Split], grouping: String) {
        for split in splits {
            #expect(!split.training.isEmpty && !split.test.isEmpty)
            let compositions = Set(split.test.flatMap { test.rows[$0].compositions })
            let groups = Set(split.test.compactMap { test.rows[$0].groups[grouping] })
            for row in split.training.map({ train.rows[$0] }) + split.extra.map({ train.extra[$0] }) {
                #expect(!row.compositions.contains { compositions.contains($0) })
                #expect(row.groups[grouping].map { !groups.contains($0) } ?? true)
            }
        }
    }

    private func rows(_ count: Int, from start: Int = 0) -> [Sample] {
        (start..<start + count).map { index in
            Sample(
                id: "\(index)", features: [Double(index)], target: Double(index),
                compositions: ["A\(index % 40)", "B\(index % 80)"],
                groups: ["random": "A\(index % 40)", "framework": "F\(index % 40 % 10)"])
        }
    }

    @Test(arguments: ["random", "framework"]) func foldsShareNothing(_ grouping: String) {
        let set = SampleSet(names: ["x"], rows: rows(400), extra: rows(200, from: 1000))
        let splits = Splits.make(set, set, grouping: grouping, folds: 5, seed: 3)
        check(set, set, splits, grouping: grouping)
        #expect(splits.flatMap(\.test).sorted() == Array(0..<400))
        #expect(splits.map(\.test) == Splits.make(set, set, grouping: grouping, folds: 5, seed: 3).map(\.test))
    }

    @Test func otherFoldersAreOneSplitOfUnseenRows() {
        let train = SampleSet(names: ["x"], rows: rows(300))
        let test = SampleSet(names: ["x"], rows: rows(5, from: 298))
        let splits = Splits.make(train, test, grouping: "framework", folds: 5, seed: 1)
        #expect(splits.count == 1 && splits[0].test == [2, 3, 4])
        check(train, test, splits, grouping: "framework")
    }

    @Test(.enabled(if: datasets != nil, "CELLAR_DATASETS is not set"))
    func noJoinsInTheElectrodesTables() throws {
        let folder = try #require(datasets)
        let read = try ElectrodeData(folder: folder, descriptors: ReactionDescriptors())
        let data = try #require(read)
        let set = data.samples(.voltage)
        #expect(set.rows.count == 2915 && set.extra.count > 3000)
        for grouping in ["random", "framework", "chemical system"] {
            check(set, set, Splits.make(set, set, grouping: grouping, folds: 5, seed: 1), grouping: grouping)
        }
    }

    @Test(.enabled(if: datasets != nil, "CELLAR_DATASETS is not set"))
    func noJoinsAmongSolidElectrolytes() throws {
        let folder = try #require(datasets)
        let read = try SolidElectrolyteData.read(folder, MagpieDescriptors(.shipped()))
        let set = try #require(read)
        #expect(set.rows.count == 442 && set.extra.count > 300)
        // Censored ones stand at their bound.
        #expect(set.rows.contains { $0.target == -10 } && set.notes.isEmpty)
        for grouping in ["random", "source", "chemical system", "family"] {
            check(set, set, Splits.make(set, set, grouping: grouping, folds: 5, seed: 1), grouping: grouping)
        }
    }

    @Test(.enabled(if: datasets != nil, "CELLAR_DATASETS is not set"))
    func noJoinsAmongProfilesSolutionsAndPolymers() throws {
        let folder = try #require(datasets)
        let electrodes = try #require(try ElectrodeData(folder: folder, descriptors: ReactionDescriptors()))
        let profiles = electrodes.samples(.span)
        #expect(profiles.rows.count > 300 && profiles.extra.count > 300)
        #expect((profiles.rows + profiles.extra).allSatisfy { $0.target >= 0 })
        // A whole reaction stands for all compositions on its way.
        #expect(profiles.extra.contains { $0.compositions.count > 2 })
        for grouping in ["random", "framework", "chemical system"] {
            check(
                profiles, profiles, Splits.make(profiles, profiles, grouping: grouping, folds: 5, seed: 1),
                grouping: grouping)
        }
        let liquids = try #require(try LiquidElectrolyteData.read(folder))
        check(
            liquids, liquids, Splits.make(liquids, liquids, grouping: "source", folds: 23, seed: 1), grouping: "source")
        let polymers = try #require(try PolymerElectrolyteData.read(folder))
        #expect(polymers.rows.count == 9426 && polymers.notes.isEmpty)
        check(
            polymers, polymers, Splits.make(polymers, polymers, grouping: "polymer", folds: 5, seed: 1),
            grouping: "polymer")
    }
}
