public import Cells

/// A cell file with parameters that may be changed, and the cell that comes of given values.
public struct FitCell: Sendable {
    /// As read.
    public let file: CellFile
    private let base: Cell
    private let capacities: (negative: Double, positive: Double)

    /// Throws `BPXError`, `FitError`.
    public init(file: CellFile) throws {
        self.file = file
        let cell = Self.withoutHysteresis(try file.cell())
        guard let negative = cell.negative, let positive = cell.positive else {
            throw FitError(.data, "\(file.name): an electrode is missing", "a whole cell is needed")
        }
        base = cell
        capacities = (Self.capacity(negative, cell), Self.capacity(positive, cell))
    }

    /// The cell as the file has it.
    public var cell: Cell { base }

    /// Capacity between stoichiometries 0 and 1 as the file has it, A·h of the whole cell.
    public func capacity(_ side: FitParameter.Side) -> Double {
        side == .negative ? capacities.negative : capacities.positive
    }

    /// The cell with these values. Throws `BPXError` where no such cell can be.
    public func tried(_ parameters: [FitParameter], _ values: [Double]) throws -> TriedCell {
        guard let changed = try changedFile(parameters, values) else {
            return TriedCell(cell: try rebalanced(base, parameters, values), file: file)
        }
        let cell = Self.withoutHysteresis(try changed.cell())
        return TriedCell(cell: try rebalanced(cell, parameters, values), file: changed)
    }

    private func rebalanced(_ cell: Cell, _ parameters: [FitParameter], _ values: [Double]) throws -> Cell {
        var cell = cell
        var lithium: Double?
        var isRebalanced = false
        var factors = (negative: 1.0, positive: 1.0)
        for (parameter, value) in zip(parameters, values) {
            switch parameter.target {
            case .capacity(.negative): factors.negative = value / capacities.negative
            case .capacity(.positive): factors.positive = value / capacities.positive
            case .lithium: lithium = value
            case .value, .factor, .shape, .startingCharge: continue
            case .potential:
                isRebalanced = true
                continue
            }
            isRebalanced = true
        }
        guard isRebalanced else { return cell }
        let own = lithium ?? cell.lithiumInventory
        cell.negative?.scaleCapacity(factors.negative)
        cell.positive?.scaleCapacity(factors.positive)
        return try cell.windowsSolved(lithium: own)
    }

    /// The file with these values, its windows solved where they moved. Throws `BPXError`.
    public func fitted(_ parameters: [FitParameter], _ values: [Double]) throws -> CellFile {
        let cell = try tried(parameters, values).cell
        var file = try changedFile(parameters, values) ?? self.file
        let moves = parameters.contains {
            switch $0.target {
            case .capacity, .lithium, .potential: true
            case .value, .factor, .shape, .startingCharge: false
            }
        }
        guard moves else { return file }
        for (section, electrode) in [
            ("Negative electrode", cell.negative), ("Positive electrode", cell.positive),
        ] {
            for material in electrode?.materials ?? [] {
                let path = ([section] + (material.name.isEmpty ? [] : ["Particle", material.name]))
                    .joined(separator: " > ")
                for (key, value) in [
                    ("Maximum concentration [mol.m-3]", material.maximumConcentration),
                    ("Minimum stoichiometry", material.minimumStoichiometry),
                    ("Maximum stoichiometry", material.maximumStoichiometry),
                ] { try file.set(path: "\(path) > \(key)", value: "\(value)") }
            }
        }
        // Read again: what `set` changed counts as the file's own now, and is checked as such.
        return try CellFile(text: file.json(), format: .json, name: file.name)
    }

    /// The file with the values that stand in it as such; nil where there are none.
    private func changedFile(_ parameters: [FitParameter], _ values: [Double]) throws -> CellFile? {
        var file = self.file
        var isChanged = false
        for side in FitParameter.Side.allCases {
            var bells = ""
            for (parameter, value) in zip(parameters, values) {
                guard case .potential(side, let centre, let width) = parameter.target, value != 0 else { continue }
                bells += " + \(value) * exp(-((x - \(centre)) / \(width)) ** 2)"
            }
            guard !bells.isEmpty else { continue }
            let path = ["Parameterisation", side.section, "OCP [V]"]
            try file.set(path: path.joined(separator: " > "), value: try expression(path, factor: nil) + bells)
            isChanged = true
        }
        // A function may have a level and a shape.
        var functions: [(keys: [String], factor: Double, exponent: String)] = []
        func add(_ keys: [String], factor: Double = 1, exponent: String = "") {
            let index = functions.firstIndex { $0.keys == keys } ?? functions.count
            if index == functions.count { functions.append((keys, 1, "")) }
            functions[index].factor *= factor
            functions[index].exponent += exponent
        }
        var shaped: Set<[String]> = []
        for parameter in parameters { if case .shape(let keys, _, _) = parameter.target { shaped.insert(keys) } }
        for (parameter, value) in zip(parameters, values) {
            switch parameter.target {
            case .value(let keys):
                isChanged = true
                if shaped.contains(keys), let own = self.file.value(at: keys)?.number, own != 0 {
                    add(keys, factor: value / own)
                } else {
                    try file.set(path: keys.joined(separator: " > "), value: "\(value)")
                }
            case .factor(let keys): add(keys, factor: value)
            case .shape(let keys, let centre, let width):
                add(keys, exponent: value == 0 ? "" : " + \(value) * exp(-((x - \(centre)) / \(width)) ** 2)")
            case .capacity, .lithium, .startingCharge, .potential: continue
            }
        }
        for (keys, factor, exponent) in functions {
            var text = try expression(keys, factor: factor)
            if !exponent.isEmpty {
                guard !text.hasPrefix("{") else {
                    throw FitError(
                        .usage, "\(keys.joined(separator: " > ")): a table",
                        "a number or a function string can be shaped")
                }
                text = "(\(text)) * exp(0\(exponent))"
            }
            try file.set(path: keys.joined(separator: " > "), value: text)
            isChanged = true
        }
        return isChanged ? file : nil
    }

    /// A function of the file as `set` takes it, times a factor.
    private func expression(_ keys: [String], factor: Double?) throws -> String {
        let value = file.value(at: keys)
        if let number = value?.number { return "\(number * (factor ?? 1))" }
        if let text = value?.text { return factor.map { "\($0) * (\(text))" } ?? text }
        if let x = value?["x"]?.numbers, let y = value?["y"]?.numbers, let factor {
            return "{\"x\": \(x), \"y\": \(y.map { $0 * factor })}"
        }
        throw FitError(
            .usage, "\(keys.joined(separator: " > ")): neither a number nor a function string",
            "another parameter is needed")
    }

    private static func capacity(_ electrode: Electrode, _ cell: Cell) -> Double {
        electrode.materials.reduce(0) { $0 + cell.capacity(of: $1, in: electrode) }
    }

    /// Fits take the single curve.
    private static func withoutHysteresis(_ cell: Cell) -> Cell {
        var cell = cell
        for index in cell.negative?.materials.indices ?? 0..<0 { cell.negative?.materials[index].hasHysteresis = false }
        for index in cell.positive?.materials.indices ?? 0..<0 { cell.positive?.materials[index].hasHysteresis = false }
        return cell
    }
}

extension Electrode {
    fileprivate mutating func scaleCapacity(_ factor: Double) {
        guard factor != 1 else { return }
        for index in materials.indices { materials[index].maximumConcentration *= factor }
    }
}
