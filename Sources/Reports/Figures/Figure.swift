/// What an axis shows, and in which unit.
public struct Axis: Sendable, Equatable {
    /// How values become places.
    public enum Scale: Sendable, Equatable {
        /// Even steps.
        case linear
        /// Even factors.
        case logarithmic
        /// Names in rows from top to bottom; a point's coordinate is the name's index.
        case categories([String])
    }

    /// What it is.
    public var quantity: String
    /// In which unit: a symbol, `%`, or ``count``; empty for categories alone.
    public var unit: String
    /// How values become places.
    public var scale: Scale
    /// Shown at least.
    public var includes: [Double]
    /// Shown exactly, where it is set.
    public var domain: ClosedRange<Double>?

    /// The unit of what is counted.
    public static let count = "count"

    /// An axis of numbers.
    public init(
        _ quantity: String, _ unit: String, scale: Scale = .linear, includes: [Double] = [],
        domain: ClosedRange<Double>? = nil
    ) {
        self.quantity = quantity
        self.unit = unit
        self.scale = scale
        self.includes = includes
        self.domain = domain
    }

    /// Names in rows.
    public static func categories(_ names: [String]) -> Axis { Axis("", "", scale: .categories(names)) }

    /// Over the cycles of a life.
    public static let cycles = Axis("Cycle number", count)

    /// `Voltage (V)`; what is counted stands alone.
    public var title: String { unit.isEmpty || unit == Self.count ? quantity : "\(quantity) (\(unit))" }

    /// The names, where it has some.
    var names: [String]? { if case .categories(let names) = scale { names } else { nil } }
}

/// A point of a series.
public struct Point: Sendable, Equatable {
    /// Coordinates in the axes' units; one that is not a number leaves a gap in a line.
    public var x: Double, y: Double
    /// An interval: of y, or of x where y is a category.
    public var low: Double?, high: Double?
    /// Where a bar starts.
    public var start = 0.0
    /// Shown while the pointer is on the point; its numbers by default.
    public var note: String?

    /// Memberwise.
    public init(
        _ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil, start: Double = 0, note: String? = nil
    ) {
        (self.x, self.y, self.low, self.high, self.start, self.note) = (x, y, low, high, start, note)
    }
}

/// Points that belong together.
public struct Series: Sendable, Equatable {
    /// How they are drawn.
    public enum Style: Sendable, Equatable {
        /// A line through the points.
        case line
        /// The same, broken.
        case dashedLine
        /// Between `low` and `high`, light: an interval around a line.
        case band
        /// Between `low` and `high`, full: a part of a stack.
        case area
        /// With whiskers where there is an interval.
        case points
        /// Joined by a line.
        case joinedPoints
        /// From `start` to the value along a row of categories, with whiskers where there is an interval.
        case bars
    }

    /// As the legend names it.
    public var name: String
    /// Its colour.
    public var ink: Ink
    /// How it is drawn.
    public var style: Style
    /// Its points in order.
    public var points: [Point]
    /// Whether the legend names it.
    public var isListed: Bool

    /// Memberwise.
    public init(_ name: String, _ ink: Ink, _ style: Style = .line, _ points: [Point], isListed: Bool = true) {
        (self.name, self.ink, self.style, self.points, self.isListed) = (name, ink, style, points, isListed)
    }
}

/// A line across a panel that data are compared with.
public struct Reference: Sendable, Equatable {
    /// Where on the axis.
    public var value: Double
    /// Whether the value is of x.
    public var isOfX: Bool
    /// What it means.
    public var label: String

    /// Memberwise.
    public init(_ value: Double, ofX isOfX: Bool = false, _ label: String) {
        (self.value, self.isOfX, self.label) = (value, isOfX, label)
    }
}

/// One of the plots, one above the other, that share the x axis of a figure.
public struct Panel: Sendable, Equatable {
    /// Its y axis.
    public var y: Axis
    /// What it shows; the first lies below.
    public var series: [Series]
    /// Lines to compare with.
    public var references: [Reference]
    /// In pixels; nil for one that suits the number of panels or categories.
    public var height: Double?
    /// Whether both axes have the same scale, as a Nyquist plot must.
    public var isEqual: Bool
    /// Whether the line y = x is drawn, as a parity plot needs.
    public var showsParity: Bool

    /// Memberwise.
    public init(
        _ y: Axis, _ series: [Series], references: [Reference] = [], height: Double? = nil, isEqual: Bool = false,
        showsParity: Bool = false
    ) {
        (self.y, self.series, self.references) = (y, series, references)
        (self.height, self.isEqual, self.showsParity) = (height, isEqual, showsParity)
    }
}

/// A figure: what all modules' results are drawn with.
public struct Figure: Sendable, Equatable {
    /// A file's name without ending.
    public var name: String
    /// What there is to see.
    public var title: String
    /// How it came about, and what to mind.
    public var caption: String
    /// Shared by all panels.
    public var x: Axis
    /// From top to bottom.
    public var panels: [Panel]
    /// Whether it takes the page's whole width.
    public var isWide: Bool

    /// Memberwise.
    public init(_ name: String, _ title: String, caption: String = "", x: Axis, panels: [Panel], isWide: Bool = false) {
        (self.name, self.title, self.caption, self.x, self.panels, self.isWide) = (
            name, title, caption, x, panels, isWide
        )
    }

    /// Whether there is anything to see.
    public var isEmpty: Bool { panels.allSatisfy { $0.series.allSatisfy(\.points.isEmpty) } }

    /// Whether any number in it differs from zero.
    var tellsSomething: Bool {
        panels.contains { panel in
            panel.series.contains { series in
                series.points.contains { (panel.y.names == nil ? $0.y : $0.x) != 0 || ($0.high ?? 0) != 0 }
            }
        }
    }

    /// With at most so many points in each line, the rest left out as ``Thinning`` tells.
    public func thinned(to most: Int) -> Figure {
        var figure = self
        for panel in figure.panels.indices {
            for index in figure.panels[panel].series.indices {
                let series = figure.panels[panel].series[index]
                switch series.style {
                case .line, .dashedLine:
                    figure.panels[panel].series[index].points = Thinning.thin(series.points, to: most)
                case .band, .area:
                    figure.panels[panel].series[index].points = Thinning.evenly(series.points, to: most)
                case .points, .joinedPoints, .bars: break
                }
            }
        }
        return figure
    }
}
