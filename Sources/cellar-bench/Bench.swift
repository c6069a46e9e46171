import Cells
import Discovery
import Electrochemistry
import Materials
import Sustainability

#if canImport(Glibc)
    import Glibc
#endif

/// Times runs inside one process, warm, for `make bench`:
/// `cellar-bench --case CASE [--repeats N]`, with CASE one of dfn-1e-4, dfn-1e-6, fast, spme, spm, impedance, sweep100, age-sei,
/// age-coupled, age-coupled-formula, score100k, screen100k.
///
/// Prints `{"case": …, "solve_seconds": […]}`: what `cellar simulate --json` calls `solve_seconds` (for `impedance`
/// `cellar impedance --json`), or for `sweep100` the wall time of a whole sweep of 100 runs on two threads, preparation
/// included. `score100k` is the wall time from the text of a hundred thousand formulas to their scores, `screen100k` to
/// descriptors, five predictions with intervals and scores, on all cores.
@main
struct Bench {
    static func main() async throws {
        var name = "dfn-1e-4"
        var repeats = 15
        var arguments = CommandLine.arguments.dropFirst().makeIterator()
        while let option = arguments.next() {
            guard let value = arguments.next() else { fail("\(option) needs a value") }
            switch option {
            case "--case": name = value
            case "--repeats":
                guard let n = Int(value), n > 0 else { fail("--repeats \(value): a positive number") }
                repeats = n
            default: fail("unknown option \(option)")
            }
        }
        if name == "score100k" || name == "screen100k" {
            return show(name, try materials(name, repeats: repeats))
        }
        let cell = try ShippedCells.load("lg-m50-chen2020").cell()
        var seconds: [Double] = []
        if name == "sweep100" {
            for _ in 0...repeats { seconds.append(try await sweep(cell)) }
        } else if name.hasPrefix("age-") {
            seconds = try aged(name, repeats: repeats)
        } else if name == "impedance" {
            var options = SimulationOptions()
            options.initialState = .stateOfCharge(0.5)
            let simulation = try Simulation(cell: cell, options: options)
            let frequencies = (0..<60).map { pow(10, -4 + 8 * Double($0) / 59) }
            for _ in 0..<(repeats + 3) {
                seconds.append(try simulation.impedance(frequencies: frequencies).solveSeconds)
            }
        } else {
            var options = SimulationOptions()
            switch name {
            case "dfn-1e-4": break
            case "dfn-1e-6": options.relativeTolerance = 1e-6
            case "fast":
                options.mesh = .fast
                options.relativeTolerance = 1e-3
            case "spme": options.model = .spme
            case "spm": options.model = .spm
            default: fail("unknown case \(name)")
            }
            let simulation = try Simulation(cell: cell, options: options)
            for _ in 0..<(repeats + 3) { seconds.append(try simulation.run(discharge).solveSeconds) }
        }
        // The first ones warm up.
        show(name, Array(seconds.suffix(repeats)))
    }

    static func show(_ name: String, _ counted: [Double]) {
        print("{\"case\": \"\(name)\", \"solve_seconds\": [\(counted.map { "\($0)" }.joined(separator: ", "))]}")
    }

    /// A hundred thousand different oxides, phosphates and silicates of two metals, as text, scored or screened.
    static func materials(_ name: String, repeats: Int) throws -> [Double] {
        let metals = ["Fe", "Mn", "Co", "Ni", "V", "Ti", "Cr", "Al", "Mg", "Cu", "Zn"]
        let hosts = [("Li", "O2"), ("Na", "O2"), ("Li", "PO4"), ("Na", "PO4"), ("Li2", "SiO4"), ("Na2", "SiO4")]
        let formulas = (0..<100_000).map { index in
            let (ion, anion) = hosts[index % hosts.count]
            let pair = index / hosts.count
            let first = pair % metals.count
            let second = (first + 1 + pair / metals.count % (metals.count - 1)) % metals.count
            let share = 1 + pair / (metals.count * (metals.count - 1)) % 998
            let mixed = "\(metals[first])\(Double(share) / 1000)\(metals[second])\(Double(1000 - share) / 1000)"
            return ion + mixed + anion
        }
        let screening = try Screening()
        let scorer = screening.scorer
        return try (0..<repeats).map { _ in
            let start = now()
            let count: Int
            if name == "score100k" {
                count = try Parts.map(formulas) { text in Result { scorer.score(try Formula(text)) } }.map {
                    try $0.get()
                }
                .count
            } else {
                let candidates = Parts.map(formulas) { text in
                    Result { try Candidate(formula: text, ion: nil, known: screening.known) }
                }.compactMap { try? $0.get() }
                count = screening.screen(candidates).count
            }
            guard count > 50_000 else { fail("\(count) of \(formulas.count) formulas were read") }
            return now() - start
        }
    }

    /// Seconds a cycle, over runs of ten: 1C to 2.5 V, 0.3C to 4.2 V, hold to C/100.
    static func aged(_ name: String, repeats: Int) throws -> [Double] {
        let file = try ShippedCells.load(name == "age-sei" ? "lg-m50-chen2020" : "lg-m50-okane2022")
        var cell = try file.cell()
        var options = SimulationOptions()
        switch name {
        case "age-sei": options.ageing = try file.ageingSet(named: "sei-solvent-diffusion")
        case "age-coupled": options.ageing = try file.ageingSet(named: "okane2022")
        case "age-coupled-formula":
            options.ageing = try file.ageingSet(named: "okane2022")
            // Chen's formula for graphite instead of the measured table.
            cell.negative?.materials[0].openCircuitPotential =
                try ShippedCells.load("lg-m50-chen2020").cell().negative!.materials[0].openCircuitPotential
        default: fail("unknown case \(name)")
        }
        let steps = try [
            "Discharge at 1C until 2.5 V", "Charge at 0.3C until 4.2 V", "Hold at 4.2 V until C/100",
        ].map { try StepParser.parse($0) }
        let plan = CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: 10))
        let simulation = try Simulation(cell: cell, options: options)
        return try (0...repeats).map { _ in try simulation.run(plan).solveSeconds / 10 }
    }

    static let discharge = CyclingProtocol(cycles: [
        .init(steps: [Step(control: .cRate(-1), text: "Discharge at 1C until 2.5 V")])
    ])

    /// 100 discharges over a factor of four in the negative electrode's diffusivity, on two threads.
    static func sweep(_ cell: Cell) async throws -> Double {
        let count = 100
        let start = now()
        try await withThrowingTaskGroup(of: Double.self) { group in
            @Sendable func discharge(_ i: Int) throws -> Double {
                var varied = cell
                let diffusivity = 1.65e-14 * pow(4, Double(i) / Double(count - 1))
                varied.negative?.materials[0].diffusivity = StateFunction(diffusivity)
                return try Simulation(cell: varied).run(Self.discharge).dischargeCapacity
            }
            for i in 0..<2 { group.addTask { try discharge(i) } }
            var next = 2
            while try await group.next() != nil {
                let i = next
                if i < count { group.addTask { try discharge(i) } }
                next += 1
            }
        }
        return now() - start
    }

    static func now() -> Double {
        var t = timespec()
        clock_gettime(CLOCK_MONOTONIC, &t)
        return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
    }

    static func fail(_ text: String) -> Never {
        let line = "cellar-bench: error: \(text)\n"
        _ = line.withCString { write(2, $0, line.utf8.count) }
        exit(64)
    }
}
