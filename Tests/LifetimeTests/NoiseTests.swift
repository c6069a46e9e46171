import Foundation
import Learning
import Lifetime
import Testing

/// Folders laid out as the data set `cycling`, of made-up cells.
struct MadeUpData {
    let train: String
    let test: String

    /// Writes both folders. With `noise`, every label of the test folder and every row after the allowed ones is replaced.
    init(noise: Bool) throws {
        let root = NSTemporaryDirectory() + "cellar-noise-\(UUID().uuidString)"
        train = root + "/train"
        test = root + "/test"
        for (folder, first, noisy) in [(train, 0, false), (test, 40, noise)] {
            try Self.chargeSets(folder, first: first, noise: noisy)
            try Self.severson(folder, first: first, noise: noisy)
            try Self.nasa(folder, first: first, noise: noisy)
            try Self.calce(folder, first: first, noise: noisy)
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: (train as NSString).deletingLastPathComponent) }

    private static func write(_ text: String, _ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// Cells of HUST and XJTU: statistics that follow the capacity. 120 to 180 rows.
    private static func chargeSets(_ folder: String, first: Int, noise: Bool) throws {
        for set in [ChargeFeatureSet.hust, .xjtu] {
            for cell in first..<(first + (first == 0 ? 12 : 3)) {
                var random = RandomSource(seed: UInt64(cell + 1))
                var other = RandomSource(seed: UInt64(cell + 991))
                let pace = 0.7 + 0.6 * random.unit()
                let rows = Int(120 / pace) + 60
                var text = "row_cycle," + ChargeFeatureSet.statistics.joined(separator: ",") + ",capacity\n"
                for row in 1...rows {
                    let fade = pace * Double(row) / 500
                    var statistics = [Double]()
                    for index in 0..<16 {
                        let slope = Double(index % 5) * fade
                        statistics.append(1 + 0.1 * Double(index) - slope + 0.002 * random.unit())
                    }
                    statistics[14] = -statistics[14]
                    var capacity = 1.1 * (1 - fade) + 0.001 * random.unit()
                    // A life's later rows may not be looked at; a state of health's rows are inputs, their capacity is not.
                    let isKnown = set == .hust ? row <= EarlyCycleFeatures.rows : row <= ChargeStatisticsFeatures.known
                    if noise, !isKnown {
                        capacity = 0.5 + other.unit()
                        if set == .hust { statistics = statistics.map { $0 * (0.5 + other.unit()) } }
                    }
                    text += "\(row)," + statistics.map { "\($0)" }.joined(separator: ",") + ",\(capacity)\n"
                }
                // The number of rows is the label.
                if noise, set == .hust { text += text.split(separator: "\n").suffix(37).joined(separator: "\n") + "\n" }
                try write(text, "\(folder)/\(set.folder)/\(cell).csv")
            }
        }
    }

    private static func severson(_ folder: String, first: Int, noise: Bool) throws {
        let set = first == 0 ? "train" : "test1"
        var lives = "cell,cycle_life\n"
        var differences = "cell," + (0..<50).map { "\($0)" }.joined(separator: ",") + "\n"
        var capacities = "cell," + (2...100).map { "\($0)" }.joined(separator: ",") + "\n"
        for cell in first..<(first + 14) {
            var random = RandomSource(seed: UInt64(cell + 7))
            let pace = 0.5 + random.unit()
            let difference = (0..<50).map { place -> Double in
                let shape = Double(place * (50 - place)) / 625
                return -0.01 * pace * (1 + 0.1 * random.unit()) * shape
            }
            lives += "cell\(cell),\(noise ? 17 * cell : Int(900 / pace))\n"
            differences += "cell\(cell)," + difference.map { "\($0)" }.joined(separator: ",") + "\n"
            let course = (2...100).map { cycle -> Double in
                let fall = 1e-4 * pace * Double(cycle)
                return 1.07 - fall + 1e-4 * random.unit()
            }
            capacities += "cell\(cell)," + course.map { "\($0)" }.joined(separator: ",") + "\n"
        }
        let root = "\(folder)/severson_lfp_qv/\(set)"
        try write(lives, root + "_cycle_lives.csv")
        try write(differences, root + "_deltaQ_100_minus_10_full1000.csv")
        try write(capacities, root + "_discharge_capacity_Ah_cycles2_100.csv")
    }

    private static func nasa(_ folder: String, first: Int, noise: Bool) throws {
        for cell in first..<(first + 2) {
            var random = RandomSource(seed: UInt64(cell + 70))
            var other = RandomSource(seed: UInt64(cell + 71))
            let pace = 0.8 + 0.4 * random.unit()
            var operations = "test_id,type,discharge_cycle,capacity_Ah\n"
            var charges = "test_id,time_s,voltage_V,current_A,temperature_degC\n"
            let count = 40
            for cycle in 0..<count {
                let fall = pace * Double(cycle) / 150
                let capacity = 1.9 * (1 - fall) + 0.005 * random.unit()
                operations += "\(2 * cycle),charge,,\n"
                let label = noise && cycle >= count / 2 ? 0.4 + other.unit() : capacity
                operations += "\(2 * cycle + 1),discharge,\(cycle + 1),\(label)\n"
                let end = capacity / 1.5 * 3600
                for step in 0...20 {
                    let part = Double(step) / 20
                    let voltage = 3.5 + 0.7 * part
                    charges += "\(2 * cycle),\(part * end),\(voltage),1.5,\(24 + part)\n"
                }
            }
            try write(operations, "\(folder)/nasa_pcoe/C\(cell)_operations.csv")
            try write(charges, "\(folder)/nasa_pcoe/C\(cell)_charge.csv")
        }
    }

    private static func calce(_ folder: String, first: Int, noise: Bool) throws {
        for cell in first..<(first + 2) {
            var random = RandomSource(seed: UInt64(cell + 700))
            let pace = 0.9 + 0.2 * random.unit()
            var text = "cycle,discharge_current_A,discharge_capacity_Ah,min_discharge_V\n"
            for cycle in 1...900 {
                let part = pace * Double(cycle) / 700
                var capacity = 1.1 - 0.15 * part - 0.2 * part * part + 0.004 * random.unit()
                // The first origin's allowed rows end here.
                if noise, cycle > 300 { capacity *= 0.6 + 0.4 * random.unit() }
                text += "\(cycle),1.1,\(capacity),2.7\n"
            }
            try write(text, "\(folder)/calce_cs2/CS\(cell)_cycles.csv")
        }
    }
}

@Suite struct NoiseTests {
    /// Predictions and model files of every protocol, the bytes of each by name.
    private func outcome(noise: Bool) throws -> (
        predictions: [String: [BenchmarkPrediction]], models: [String: [UInt8]]
    ) {
        let data = try MadeUpData(noise: noise)
        defer { data.remove() }
        var predictions: [String: [BenchmarkPrediction]] = [:]
        var models: [String: [UInt8]] = [:]
        for run in LifetimeBenchmark.protocols where !["intervals", "learning_curves"].contains(run.name) {
            let outcome = try run.body(data.train, data.test, BenchmarkOptions(seed: 3, isQuick: true))
            for prediction in outcome.predictions { predictions[prediction.name, default: []].append(prediction) }
            for (name, model) in outcome.models { models[name] = try ModelDocument.encode(model, kind: "test") }
        }
        return (predictions, models)
    }

    @Test func noiseInLabelsAndLaterRowsChangesNoByte() throws {
        let clean = try outcome(noise: false)
        let noisy = try outcome(noise: true)
        #expect(clean.models.keys.sorted() == noisy.models.keys.sorted())
        #expect(clean.models.count >= 5)
        for (name, bytes) in clean.models {
            let isSame = noisy.models[name] == bytes
            #expect(isSame, "\(name)")
        }
        // These may look at rows that were replaced for others: later origins, charges after the hundredth,
        // and first halves of lives.
        let others: Set = [
            "calce_400", "calce_500", "soh_hust", "soh_known_start_hust", "trajectory_hust", "trajectory_xjtu",
        ]
        let compared = clean.predictions.keys.filter { !others.contains($0) }.sorted()
        #expect(
            compared == [
                "calce_300", "hust_life", "nasa_forecast", "nasa_soh", "severson_test1", "soh_known_start_xjtu",
                "soh_xjtu",
            ])
        for name in compared {
            let isSame = noisy.predictions[name] == clean.predictions[name]
            #expect(isSame, "\(name)")
        }
    }

    @Test func aLabelOfTrainingDoesChangeTheModel() throws {
        // The comparison above would be empty if nothing were trained.
        let data = try MadeUpData(noise: false)
        defer { data.remove() }
        let path = data.train + "/severson_lfp_qv/train_cycle_lives.csv"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let options = BenchmarkOptions(seed: 3, isQuick: true)
        let severson = LifetimeBenchmark.protocols.first { $0.name == "severson" }
        let before = try severson?.body(data.train, data.test, options).predictions
        let changed = text.split(separator: "\n").enumerated().map { $0 == 1 ? "cell0,2000" : String($1) }
        try Data((changed.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        let after = try severson?.body(data.train, data.test, options).predictions
        #expect(before?.isEmpty == false)
        #expect(before != after)
    }
}

@Suite struct SplitTests {
    @Test func noTestedCellIsTrainedOn() {
        let names = (0..<23).map { "cell\($0)" }
        let same = CellSplit.splits(train: names, test: names, folds: 5, repeats: 2, seed: 1)
        #expect(same.count == 10)
        for split in same {
            #expect(Set(split.train.map { names[$0] }).isDisjoint(with: split.test.map { names[$0] }))
        }
        #expect(same.prefix(5).flatMap(\.test).sorted() == Array(0..<23))
        let unseen = CellSplit.splits(train: names, test: ["cell3", "new1", "new2"], folds: 5, repeats: 2, seed: 1)
        #expect(unseen.count == 1)
        #expect(unseen.first?.train.count == 23)
        #expect(unseen.first?.test == [1, 2])
    }
}
