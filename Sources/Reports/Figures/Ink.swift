/// Colours of figures and pages: one place for all of them.
///
/// The qualitative colours are those of Okabe and Ito (Color Universal Design, 2008), told apart by people with any kind of
/// colour blindness; yellow is left out, which no line shows on white, and sky blue comes late. On a dark page the dark ones
/// are lightened. The sequence from early to late is cividis (Nuñez, Anderton and Renslow, PLOS ONE 13 (2018) e0199239), cut
/// where it would be lost on the page.
public enum Ink: Sendable, Equatable {
    /// Of words.
    case text
    /// Of axis labels and of what stands back.
    case muted
    /// Of grid lines.
    case grid
    /// What the page lies on.
    case paper
    /// A series of so many, counted from 0; repeats after the seventh.
    case series(Int)
    /// From 0 (early) to 1 (late).
    case sequence(Double)

    /// Light and dark.
    public enum Theme: String, Sendable, CaseIterable {
        /// Dark on light.
        case light
        /// Light on dark.
        case dark
    }

    /// Steps of the sequence.
    static let steps = 9

    /// The name of the page's variable.
    var name: String {
        switch self {
        case .text: "ink"
        case .muted: "muted"
        case .grid: "grid"
        case .paper: "paper"
        case .series(let index): "series-\(index % Self.light.count)"
        case .sequence(let place):
            "sequence-\(Int((min(max(place, 0), 1) * Double(Self.steps - 1)).rounded()))"
        }
    }

    /// As figures on a page have it: the browser puts in the theme's colour.
    var variable: String { "var(--\(name))" }

    /// As `#rrggbb`.
    public func hex(_ theme: Theme) -> String {
        let isLight = theme == .light
        switch self {
        case .text: return isLight ? "#1b1f24" : "#e9ecf0"
        case .muted: return isLight ? "#57606a" : "#a3adb8"
        case .grid: return isLight ? "#e2e5e9" : "#343b44"
        case .paper: return isLight ? "#ffffff" : "#14181d"
        case .series(let index): return (isLight ? Self.light : Self.dark)[index % Self.light.count]
        case .sequence(let place):
            let index = Int((min(max(place, 0), 1) * Double(Self.steps - 1)).rounded())
            return (isLight ? Self.lightSequence : Self.darkSequence)[index]
        }
    }

    private static let light = ["#0072b2", "#d55e00", "#00805e", "#aa4a86", "#9a6c00", "#2f8fc4", "#4d4d4d"]
    private static let dark = ["#5ab4e8", "#f08a3c", "#2fc294", "#e093c0", "#e6ab2e", "#9ad2f5", "#b8b8b8"]
    private static let lightSequence = [
        "#00224e", "#15366f", "#39486b", "#51586b", "#676970", "#7a7b77", "#8b8a72", "#9b9060", "#a38f3c",
    ]
    private static let darkSequence = [
        "#6f8fd0", "#7f95c0", "#8e9bb3", "#9ca2a8", "#aaa99c", "#b9b08c", "#c9b97b", "#dcc467", "#fde737",
    ]

    /// All of them.
    static var all: [Ink] {
        [.text, .muted, .grid, .paper] + light.indices.map(Ink.series)
            + (0..<steps).map { .sequence(Double($0) / Double(steps - 1)) }
    }

    /// The variables of a theme, for a style sheet.
    static func variables(_ theme: Theme) -> String {
        all.map { "--\($0.name):\($0.hex(theme))" }.joined(separator: ";")
    }

    /// A specification with the colours of one theme put in, for readers without the page.
    static func resolve(_ specification: VegaValue, _ theme: Theme) -> VegaValue {
        switch specification {
        case .text(let text):
            guard text.hasPrefix("var(--") else { return specification }
            return .text(all.first { $0.variable == text }?.hex(theme) ?? text)
        case .list(let items): return .list(items.map { resolve($0, theme) })
        case .object(let entries):
            return .object(entries.map { VegaValue.Entry(key: $0.key, value: resolve($0.value, theme)) })
        default: return specification
        }
    }

    /// The ratio of luminances by which colours are told apart, 1 to 21 (WCAG 2.1, relative luminance).
    public static func contrast(_ a: String, _ b: String) -> Double {
        let (one, other) = (luminance(a), luminance(b))
        return (max(one, other) + 0.05) / (min(one, other) + 0.05)
    }

    private static func luminance(_ hex: String) -> Double {
        let value = Int(hex.dropFirst(), radix: 16) ?? 0
        func channel(_ shift: Int) -> Double {
            let part = Double(value >> shift & 0xff) / 255
            guard part > 0.03928 else { return part / 12.92 }
            return power((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }
}
