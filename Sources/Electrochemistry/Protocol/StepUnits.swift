/// A number with its unit, as steps know them.
struct StepQuantity: Equatable {
    /// What is measured.
    enum Dimension: String {
        case rate = "C-rate"
        case current
        case voltage
        case power
        case resistance
        case charge
        case time
    }
    var dimension: Dimension
    /// 1/h of the nominal capacity, A, V, W, Ω, A·h or s.
    var value: Double

    /// The dimension and factor of a unit in lower case; nil for an unknown one.
    static func unit(_ name: String) -> (dimension: Dimension, factor: Double)? {
        switch name {
        case "c": (.rate, 1)
        case "a", "amp", "amps", "ampere", "amperes": (.current, 1)
        case "ma", "milliamp", "milliamps", "milliampere", "milliamperes": (.current, 1e-3)
        case "v", "volt", "volts": (.voltage, 1)
        case "mv", "millivolt", "millivolts": (.voltage, 1e-3)
        case "w", "watt", "watts": (.power, 1)
        case "mw", "milliwatt", "milliwatts": (.power, 1e-3)
        case "kw", "kilowatt", "kilowatts": (.power, 1e3)
        case "ohm", "ohms", "ω": (.resistance, 1)
        case "mohm", "mohms", "mω", "milliohm", "milliohms": (.resistance, 1e-3)
        case "kohm", "kohms", "kω": (.resistance, 1e3)
        case "ah", "a.h": (.charge, 1)
        case "mah", "ma.h": (.charge, 1e-3)
        case "ms": (.time, 1e-3)
        case "s", "sec", "secs", "second", "seconds": (.time, 1)
        case "min", "mins", "minute", "minutes": (.time, 60)
        case "h", "hr", "hrs", "hour", "hours": (.time, 3600)
        case "d", "day", "days": (.time, 86_400)
        case "week", "weeks": (.time, 7 * 86_400)
        case "year", "years": (.time, 365.25 * 86_400)
        default: nil
        }
    }

    /// The largest value that is taken for meant: 1000C, 1 MA, 100 V, 1 GW, 1 GΩ, 1 MA·h, fifty years.
    var limit: Double {
        switch dimension {
        case .rate: 1000
        case .current: 1e6
        case .voltage: 100
        case .power: 1e9
        case .resistance: 1e9
        case .charge: 1e6
        case .time: 50 * 365.25 * 86_400
        }
    }

    /// The limit with its unit, for messages.
    var limitText: String {
        switch dimension {
        case .rate: "1000C"
        case .current: "1e6 A"
        case .voltage: "100 V"
        case .power: "1e9 W"
        case .resistance: "1e9 Ohm"
        case .charge: "1e6 A.h"
        case .time: "50 years"
        }
    }
}
