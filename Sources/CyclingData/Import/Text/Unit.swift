/// A unit as headings carry it, in terms of BDF's unit for the same quantity.
struct Unit: Sendable, Equatable {
    /// What is measured.
    enum Quantity: Sendable {
        case voltage, current, time, charge, energy, temperature, resistance, power, frequency, pressure, angle, number
    }

    var quantity: Quantity
    /// BDF's value = the file's · scale + offset.
    var scale: Double
    var offset = 0.0

    init(_ quantity: Quantity, _ scale: Double, offset: Double = 0) {
        self.quantity = quantity
        self.scale = scale
        self.offset = offset
    }

    /// The unit that a text names; nil for any other text. `C` is a temperature, or a charge for columns of charge, which
    /// `asCharge` asks for.
    init?(_ text: some StringProtocol, asCharge: Bool = false) {
        var name = text.lowercased().filter { $0 != " " && $0 != "." && $0 != "·" && $0 != "*" && $0 != "-" }
        name = name.replacing("µ", with: "u").replacing("μ", with: "u").replacing("ω", with: "ohm")
            .replacing("ω", with: "ohm").replacing("℃", with: "c")
        // A degree sign that an encoding has spoiled.
        if name.count <= 4, name.hasSuffix("c"), name.dropLast().allSatisfy({ !$0.isASCII }) { name = "c" }
        // A micro sign that one has spoiled.
        if let first = name.first, !first.isASCII, name.count > 1 { name = "u" + name.dropFirst() }
        if name == "c", asCharge {
            self.init(.charge, 1 / 3600.0)
            return
        }
        guard let unit = Self.table[name] else { return nil }
        self = unit
    }

    private static let table: [String: Unit] = [
        "v": Unit(.voltage, 1), "volt": Unit(.voltage, 1), "volts": Unit(.voltage, 1), "mv": Unit(.voltage, 1e-3),
        "uv": Unit(.voltage, 1e-6), "a": Unit(.current, 1), "amp": Unit(.current, 1), "amps": Unit(.current, 1),
        "ampere": Unit(.current, 1), "amperes": Unit(.current, 1), "ma": Unit(.current, 1e-3),
        "milliampere": Unit(.current, 1e-3), "millivolt": Unit(.voltage, 1e-3), "ua": Unit(.current, 1e-6),
        "na": Unit(.current, 1e-9), "s": Unit(.time, 1), "sec": Unit(.time, 1), "secs": Unit(.time, 1),
        "second": Unit(.time, 1), "seconds": Unit(.time, 1), "ms": Unit(.time, 1e-3),
        "millisecond": Unit(.time, 1e-3), "milliseconds": Unit(.time, 1e-3), "min": Unit(.time, 60),
        "mins": Unit(.time, 60), "minute": Unit(.time, 60), "minutes": Unit(.time, 60), "h": Unit(.time, 3600),
        "hr": Unit(.time, 3600), "hrs": Unit(.time, 3600), "hour": Unit(.time, 3600), "hours": Unit(.time, 3600),
        "d": Unit(.time, 86_400), "days": Unit(.time, 86_400), "ah": Unit(.charge, 1), "amphr": Unit(.charge, 1),
        "amperehour": Unit(.charge, 1), "mah": Unit(.charge, 1e-3), "mamphr": Unit(.charge, 1e-3),
        "uah": Unit(.charge, 1e-6), "as": Unit(.charge, 1 / 3600.0), "mas": Unit(.charge, 1 / 3.6e6),
        "uas": Unit(.charge, 1 / 3.6e9), "coulomb": Unit(.charge, 1 / 3600.0), "mc": Unit(.charge, 1 / 3.6e6),
        "wh": Unit(.energy, 1), "watthour": Unit(.energy, 1), "watthr": Unit(.energy, 1), "mwh": Unit(.energy, 1e-3),
        "mwatthr": Unit(.energy, 1e-3), "uwh": Unit(.energy, 1e-6), "kwh": Unit(.energy, 1e3),
        "ws": Unit(.energy, 1 / 3600.0), "mws": Unit(.energy, 1 / 3.6e6), "j": Unit(.energy, 1 / 3600.0),
        "c": Unit(.temperature, 1), "°c": Unit(.temperature, 1), "degc": Unit(.temperature, 1),
        "deg_c": Unit(.temperature, 1), "celsius": Unit(.temperature, 1), "k": Unit(.temperature, 1, offset: -273.15),
        "kelvin": Unit(.temperature, 1, offset: -273.15), "f": Unit(.temperature, 5 / 9.0, offset: -160 / 9.0),
        "°f": Unit(.temperature, 5 / 9.0, offset: -160 / 9.0), "ohm": Unit(.resistance, 1),
        "ohms": Unit(.resistance, 1), "mohm": Unit(.resistance, 1e-3), "mohms": Unit(.resistance, 1e-3),
        "mo": Unit(.resistance, 1e-3), "w": Unit(.power, 1), "watt": Unit(.power, 1), "mw": Unit(.power, 1e-3),
        "uw": Unit(.power, 1e-6), "kw": Unit(.power, 1e3), "hz": Unit(.frequency, 1), "hertz": Unit(.frequency, 1),
        "mhz": Unit(.frequency, 1e-3), "khz": Unit(.frequency, 1e3), "pa": Unit(.pressure, 1),
        "kpa": Unit(.pressure, 1e3), "bar": Unit(.pressure, 1e5), "mbar": Unit(.pressure, 100),
        "psi": Unit(.pressure, 6_894.757_293_168), "deg": Unit(.angle, 1), "degree": Unit(.angle, 1),
        "rad": Unit(.angle, 57.295_779_513_082_32), "1": Unit(.number, 1),
    ]
}

extension BDFColumn {
    /// What the column measures; nil for words.
    var quantity: Unit.Quantity? {
        let name = rawValue
        if self == .stepType { return nil }
        if name.hasSuffix("_volt") { return .voltage }
        if name.hasSuffix("_ampere") { return .current }
        if name.hasSuffix("_second") { return .time }
        if name.hasSuffix("_ah") { return .charge }
        if name.hasSuffix("_wh") { return .energy }
        if name.hasSuffix("_celsius") { return .temperature }
        if name.hasSuffix("_ohm") { return .resistance }
        if name.hasSuffix("_watt") { return .power }
        if name.hasSuffix("_hertz") { return .frequency }
        if name.hasSuffix("_pa") { return .pressure }
        if name.hasSuffix("_degree") { return .angle }
        return .number
    }
}
