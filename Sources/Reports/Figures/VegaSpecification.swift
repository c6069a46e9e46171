/// A figure as a specification of plain Vega 5 (https://vega.github.io/vega/docs/specification/).
///
/// Data carry names only as values, never as parts of expressions, so that no name of a cell or file is ever run.
/// Colours are the page's variables; ``Ink/resolve(_:_:)`` puts one theme's in.
struct VegaSpecification {
    private let figure: Figure
    /// Every series with its panel, in order.
    private let placed: [(panel: Int, series: Series)]

    /// Those of the page.
    static let fonts =
        "\"Inter\", \"Source Sans 3\", \"Segoe UI\", system-ui, -apple-system, Roboto, \"Noto Sans\", \"Liberation Sans\", "
        + "Arial, \"DejaVu Sans\", sans-serif"

    init(_ figure: Figure) {
        self.figure = figure
        placed = figure.panels.enumerated().flatMap { panel, content in content.series.map { (panel, $0) } }
    }

    /// The specification, for a view of this width in pixels that its page may change.
    func value(width: Double = 640) -> VegaValue {
        [
            "$schema": "https://vega.github.io/schema/vega/v5.json",
            "description": .text(figure.caption.isEmpty ? figure.title : "\(figure.title). \(figure.caption)"),
            "width": .number(width), "height": .number(height),
            "autosize": ["type": "fit-x", "contains": "padding"], "padding": 6,
            "config": Self.configuration,
            "signals": .list(signals),
            "data": .list(data),
            "scales": .list(scales),
            "legends": .list(legends),
            "marks": .list(figure.panels.indices.map(panel)),
        ]
    }

    // MARK: - Layout

    private static let gap = 44.0
    /// Above a panel stands its axis's title.
    private var head: Double { figure.panels.first?.y.names == nil ? 22 : 4 }

    private var heights: [Double] {
        figure.panels.map { panel in
            if let height = panel.height { return height }
            if let names = panel.y.names { return Double(max(names.count, 2)) * 26 }
            return figure.panels.count == 1 ? 260 : figure.panels.count == 2 ? 150 : 120
        }
    }

    /// Where a panel begins.
    private func top(_ panel: Int) -> Double { heights[..<panel].reduce(head) { $0 + $1 + Self.gap } }

    private var height: Double { top(figure.panels.count) - Self.gap }

    // MARK: - Signals: hovering, zooming, and series that the legend hides

    /// Whether x is a number that can be zoomed and hovered over.
    private var isContinuous: Bool { figure.panels.allSatisfy { $0.y.names == nil } }
    private var hasLines: Bool { placed.contains { $0.series.style == .line || $0.series.style == .dashedLine } }

    private var signals: [VegaValue] {
        var all: [VegaValue] = [
            [
                "name": "names",
                "value": .object(placed.indices.map { .init(key: "s\($0)", value: .text(name($0))) }),
            ],
            ["name": "units", "value": .list(figure.panels.map { .text(Self.unit($0.y)) })],
            ["name": "x_title", "value": .text(figure.x.quantity)],
            // For names of categories; a page makes it less where it is narrow.
            ["name": "label_room", "value": figure.isWide ? 340 : 190],
            ["name": "x_unit", "value": .text(Self.unit(figure.x))],
            [
                "name": "clicked", "value": .null,
                "on": [
                    [
                        "events": "@legendSymbol:click, @legendLabel:click", "update": "{value: datum.value}",
                        "force": true,
                    ]
                ],
            ],
        ]
        for (index, panel) in figure.panels.enumerated() {
            if let names = panel.y.names {
                all.append(["name": "rows\(index)", "value": .list(names.map(VegaValue.text))])
            }
        }
        guard isContinuous else { return all }
        if let equal = figure.panels.first, equal.isEqual {
            // One unit is as long on both axes; the axis that has room to spare shows more than the data.
            let (x, y) = (extent(ofX: figure.x), extent(equal))
            let spans = (x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
            all.append([
                "name": "unit_per_pixel",
                "update": .text("max(\(spans.0) / width, \(spans.1) / \(heights[0]))"),
            ])
        }
        all += [
            [
                "name": "pointer", "value": .null,
                "on": [
                    ["events": "@plot:mousemove", "update": "invert('x', clamp(x(), 0, width))"],
                    ["events": "@plot:mouseout", "update": "null"],
                ],
            ],
            [
                "name": "zoom", "value": .null,
                "on": [
                    [
                        "events": "window:mouseup",
                        "update": .text(
                            "drag && abs(drag[1]-drag[0]) > 6 ? [invert('x', min(drag[0], drag[1])), "
                                + "invert('x', max(drag[0], drag[1]))] : zoom"),
                    ],
                    ["events": "@plot:dblclick", "update": "null"],
                ],
            ],
            [
                "name": "drag", "value": .null,
                "on": [
                    ["events": "@plot:mousedown", "update": "[clamp(x(), 0, width), clamp(x(), 0, width)]"],
                    [
                        "events": "[@plot:mousedown, window:mouseup] > window:mousemove",
                        "update": "drag ? [drag[0], clamp(x(), 0, width)] : null",
                    ],
                    ["events": "window:mouseup", "update": "null"],
                ],
            ],
        ]
        return all
    }

    /// As the legend and the pointer name a series: by what its axis shows where it has no name.
    private func name(_ index: Int) -> String {
        let own = placed[index].series.name
        return own.isEmpty ? figure.panels[placed[index].panel].y.quantity : own
    }

    private static func unit(_ axis: Axis) -> String {
        axis.unit.isEmpty || axis.unit == Axis.count ? "" : " \(axis.unit)"
    }

    // MARK: - Data

    private var data: [VegaValue] {
        var all: [VegaValue] = [["name": "off", "on": [["trigger": "clicked", "toggle": "clicked"]]]]
        for (index, (panel, series)) in placed.enumerated() {
            all.append([
                "name": "s\(index)", "values": .list(series.points.map { row($0, series, figure.panels[panel]) }),
                "transform": [
                    ["type": "formula", "as": "s", "expr": .text("'s\(index)'")],
                    ["type": "formula", "as": "p", "expr": .text("\(panel)")],
                ],
            ])
        }
        let lines = placed.indices.filter { placed[$0].series.style == .line || placed[$0].series.style == .dashedLine }
        guard isContinuous, !lines.isEmpty else { return all }
        let distance =
            figure.x.scale == .logarithmic
            ? "pointer == null ? 1e300 : abs(log(datum.x / pointer))"
            : "pointer == null ? 1e300 : abs(datum.x - pointer)"
        all.append([
            "name": "near", "source": .list(lines.map { .text("s\($0)") }),
            "transform": [
                ["type": "filter", "expr": "isValid(datum.y) && !indata('off', 'value', datum.s)"],
                ["type": "formula", "as": "d", "expr": .text(distance)],
                [
                    "type": "window", "sort": ["field": "d"], "groupby": ["s"], "ops": ["row_number"], "as": ["n"],
                ],
                ["type": "filter", "expr": "datum.n == 1 && pointer != null"],
                [
                    "type": "formula", "as": "label",
                    "expr": "names[datum.s] + ': ' + format(datum.y, '.4~r') + units[datum.p]",
                ],
            ],
        ])
        return all
    }

    private func row(_ point: Point, _ series: Series, _ panel: Panel) -> VegaValue {
        var row: VegaValue = ["x": .number(point.x), "y": .number(point.y)]
        if let low = point.low, let high = point.high {
            row = row.with("l", .number(low)).with("h", .number(high))
        }
        switch series.style {
        case .line, .dashedLine, .band: break
        case .area: row = row.with("t", .text(note(point, series, panel)))
        case .bars: row = row.with("o", .number(point.start)).with("t", .text(note(point, series, panel)))
        case .points, .joinedPoints: row = row.with("t", .text(note(point, series, panel)))
        }
        return row
    }

    private func note(_ point: Point, _ series: Series, _ panel: Panel) -> String {
        if let note = point.note { return note }
        let isRow = panel.y.names != nil
        let value = isRow ? point.x : series.style == .area ? (point.high ?? 0) - (point.low ?? 0) : point.y
        let unit = Self.unit(isRow ? figure.x : panel.y)
        var text = series.name.isEmpty ? "" : "\(series.name)\n"
        if let names = panel.y.names {
            let index = Int(point.y)
            if names.indices.contains(index), names[index] != series.name { text += "\(names[index])\n" }
        } else {
            text += "\(figure.x.quantity): \(Numbers.short(point.x, 4))\(Self.unit(figure.x))\n"
        }
        text += "\(Numbers.short(value, 4))\(unit)"
        if series.style != .area, let low = point.low, let high = point.high, low != high {
            text += "\n\(Numbers.short(low, 4)) to \(Numbers.short(high, 4))\(unit)"
        }
        return text
    }

    // MARK: - Scales

    private func extent(ofX axis: Axis) -> ClosedRange<Double> {
        let values = placed.flatMap { panel, series in
            let isRow = figure.panels[panel].y.names != nil
            return series.points.flatMap { point in
                [point.x] + (isRow ? [point.low, point.high].compactMap(\.self) : [])
                    + (series.style == .bars ? [point.start] : [])
            }
        }
        let marks = figure.panels.flatMap(\.references).filter(\.isOfX).map(\.value)
        let isRow = figure.panels.contains { $0.y.names != nil }
        return Self.extent(axis, values + marks, padded: isRow || isScattered, keepsEnds: !isScattered)
    }

    /// Whether x is no course that runs from end to end.
    private var isScattered: Bool { Self.isScattered(placed.map(\.series)) }

    private static func isScattered(_ series: [Series]) -> Bool {
        series.allSatisfy { $0.style == .points || $0.style == .joinedPoints }
    }

    private func extent(_ panel: Panel) -> ClosedRange<Double> {
        let values = panel.series.flatMap { series in
            series.points.flatMap { [$0.y, $0.low ?? .nan, $0.high ?? .nan] }
        }
        return Self.extent(
            panel.y, values + panel.references.filter { !$0.isOfX }.map(\.value), padded: true,
            keepsEnds: !Self.isScattered(panel.series))
    }

    private static func extent(_ axis: Axis, _ values: [Double], padded: Bool, keepsEnds: Bool) -> ClosedRange<Double> {
        if let domain = axis.domain { return domain }
        let isLogarithmic = axis.scale == .logarithmic
        let usable = (values + axis.includes).filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
        guard var low = usable.min(), var high = usable.max() else { return isLogarithmic ? 1...10 : 0...1 }
        if isLogarithmic {
            if low == high { return low / 2...high * 2 }
            return padded ? low / 1.15...high * 1.15 : low...high
        }
        if low == high {
            let room = low == 0 ? 1 : low.magnitude * 0.02
            return low - room...high + room
        }
        guard padded else { return low...high }
        let room = (high - low) * 0.05
        // What begins at zero stays there, unless half a point would be cut off.
        if !keepsEnds || !axis.includes.contains(low) { low -= room }
        if !keepsEnds || !axis.includes.contains(high) { high += room }
        return low...high
    }

    private static func list(_ range: ClosedRange<Double>) -> VegaValue {
        [.number(range.lowerBound), .number(range.upperBound)]
    }

    private var xDomain: VegaValue {
        let own = extent(ofX: figure.x)
        guard isContinuous, figure.panels.first?.isEqual == true else { return Self.list(own) }
        return ["signal": .text("[\(own.lowerBound), \(own.lowerBound) + unit_per_pixel * width]")]
    }

    private func yDomain(_ panel: Panel, _ height: Double) -> VegaValue {
        let own = extent(panel)
        guard panel.isEqual else { return Self.list(own) }
        return ["signal": .text("[\(own.lowerBound), \(own.lowerBound) + unit_per_pixel * \(height)]")]
    }

    private var scales: [VegaValue] {
        let listed = listed
        let isLogarithmic = figure.x.scale == .logarithmic
        let x: VegaValue = [
            "name": "x", "type": isLogarithmic ? "log" : "linear", "domain": xDomain,
            "range": [0, ["signal": "width"]], "zero": false, "nice": .boolean(false),
        ]
        var all = [isContinuous ? x.with("domainRaw", ["signal": "zoom"]) : x]
        if !listed.isEmpty {
            all.append([
                "name": "series", "type": "ordinal", "domain": .list(listed.map { .text("s\($0)") }),
                "range": .list(listed.map { .text(placed[$0].series.ink.variable) }),
            ])
        }
        return all
    }

    // MARK: - Legend

    /// What the legend names; a single series needs none, its axis says it.
    private var listed: [Int] {
        var names: Set<String> = []
        let all = placed.indices.filter { index in
            let series = placed[index].series
            return series.isListed && !series.name.isEmpty && names.insert(series.name).inserted
        }
        return all.count > 1 ? all : []
    }

    private var legends: [VegaValue] {
        let listed = listed
        guard !listed.isEmpty else { return [] }
        let longest = listed.map { placed[$0].series.name.count }.max() ?? 0
        let room = min(30 + 6.8 * Double(longest), 330)
        let isLine = listed.allSatisfy { [.line, .dashedLine].contains(placed[$0].series.style) }
        let shape: VegaValue = isLine ? "stroke" : "circle"
        let dim: VegaValue = [["test": "indata('off', 'value', datum.value)", "value": 0.25], ["value": 1]]
        let legend: VegaValue = [
            "orient": "top", "direction": "horizontal", "symbolType": shape, "labelLimit": 300, "offset": 8,
            "columns": ["signal": .text("max(1, min(\(listed.count), floor(width / \(room))))")],
            "encode": [
                "symbols": [
                    "name": "legendSymbol", "interactive": true,
                    "update": ["opacity": dim, "cursor": ["value": "pointer"]],
                ],
                "labels": [
                    "name": "legendLabel", "interactive": true,
                    "update": [
                        "text": ["signal": "names[datum.value]"], "opacity": dim, "cursor": ["value": "pointer"],
                    ],
                ],
            ],
        ]
        return [legend.with(isLine ? "stroke" : "fill", "series")]
    }

    // MARK: - Panels

    private func panel(_ index: Int) -> VegaValue {
        let panel = figure.panels[index]
        let height = heights[index]
        let isLast = index == figure.panels.count - 1
        return [
            "type": "group", "name": .text("panel\(index)"),
            "encode": [
                "update": [
                    "x": ["value": 0], "y": ["value": .number(top(index))], "width": ["signal": "width"],
                    "height": ["value": .number(height)],
                ]
            ],
            "title": title(panel),
            "scales": [yScale(panel, height)],
            "axes": .list(axes(panel, isLast: isLast, height)),
            "marks": .list(marks(index, panel, height)),
        ]
    }

    private func title(_ panel: Panel) -> VegaValue {
        panel.y.names == nil
            ? ["text": .text(panel.y.title), "anchor": "start", "frame": "group", "offset": 8] : ["text": ""]
    }

    private func yScale(_ panel: Panel, _ height: Double) -> VegaValue {
        if let names = panel.y.names {
            return [
                "name": "y", "type": "band", "domain": .list(names.indices.map { .number(Double($0)) }),
                "range": [0, .number(height)], "padding": 0.28,
            ]
        }
        return [
            "name": "y", "type": panel.y.scale == .logarithmic ? "log" : "linear", "domain": yDomain(panel, height),
            "range": [.number(height), 0], "zero": false,
            "nice": .boolean(panel.y.domain == nil && !panel.isEqual && !Self.isScattered(panel.series)),
        ]
    }

    private func axes(_ panel: Panel, isLast: Bool, _ height: Double) -> [VegaValue] {
        let isRow = panel.y.names != nil
        var x: VegaValue = [
            "orient": "bottom", "scale": "x", "grid": .boolean(true), "gridScale": "y", "domain": .boolean(!isRow),
            "ticks": .boolean(false), "labels": .boolean(isLast), "labelFlush": .boolean(isLast && !isRow),
            "tickCount": ["signal": "max(3, min(9, floor(width / 80)))"], "labelOverlap": true,
        ]
        if figure.x.scale == .logarithmic { x = x.with("format", "~s") }
        if figure.x.scale == .linear, let format = Self.format(extent(ofX: figure.x)) { x = x.with("format", format) }
        if isLast { x = x.with("title", .text(figure.x.title)) }
        var y: VegaValue = ["orient": "left", "scale": "y", "domain": false, "ticks": false, "labelPadding": 8]
        if let index = figure.panels.firstIndex(of: panel), isRow {
            y = y.with("labelLimit", ["signal": "label_room"]).with(
                "encode",
                ["labels": ["update": ["text": ["signal": .text("rows\(index)[datum.value]")]]]])
        } else {
            y = y.with("grid", true).with("gridScale", "x").with("labelOverlap", true).with(
                "tickCount", tickCount(height))
            if panel.y.scale == .logarithmic { y = y.with("format", "~s") }
            if panel.y.scale == .linear, let format = Self.format(extent(panel)) { y = y.with("format", format) }
        }
        return [x, y]
    }

    /// Powers of ten where digits would be too many; nil for Vega's own.
    private static func format(_ range: ClosedRange<Double>) -> VegaValue? {
        let size = max(range.lowerBound.magnitude, range.upperBound.magnitude)
        return size > 0 && (size < 1e-3 || size >= 1e6) ? "~e" : nil
    }

    private func tickCount(_ height: Double) -> VegaValue {
        ["signal": .text("max(2, min(7, round(\(height) / 42)))")]
    }

    // MARK: - Marks

    private func marks(_ index: Int, _ panel: Panel, _ height: Double) -> [VegaValue] {
        let bottom: VegaValue = ["value": .number(height)]
        // What the pointer meets.
        var all: [VegaValue] = [
            [
                "type": "rect", "name": "plot",
                "encode": [
                    "enter": ["fill": ["value": "transparent"]],
                    "update": .object(
                        [
                            .init(key: "width", value: ["signal": "width"]), .init(key: "height", value: bottom),
                            .init(key: "y", value: ["value": 0]), .init(key: "x", value: ["value": 0]),
                        ]
                            + (isContinuous
                                ? [.init(key: "cursor", value: ["value": "crosshair"])] : [])
                            + (isContinuous && hasLines ? [.init(key: "tooltip", value: Self.tooltip)] : [])),
                ],
            ]
        ]
        if panel.showsParity {
            let y = extent(panel)
            let x = extent(ofX: figure.x)
            let ends = [max(x.lowerBound, y.lowerBound), min(x.upperBound, y.upperBound)]
            all.append([
                "type": "rule", "clip": true, "interactive": false,
                "encode": [
                    "update": [
                        "x": ["scale": "x", "value": .number(ends[0])],
                        "x2": ["scale": "x", "value": .number(ends[1])],
                        "y": ["scale": "y", "value": .number(ends[0])],
                        "y2": ["scale": "y", "value": .number(ends[1])],
                        "stroke": Self.ink(.muted), "strokeDash": ["value": [4, 4]],
                    ]
                ],
            ])
        }
        all += panel.references.flatMap { reference($0, bottom) }
        for (place, content) in placed.enumerated() where content.panel == index {
            all += marks(content.series, place, panel)
        }
        guard isContinuous else { return all }
        if hasLines {
            all.append([
                "type": "rule", "interactive": false,
                "encode": [
                    "update": [
                        "x": ["signal": "pointer == null ? 0 : scale('x', pointer)"], "y": ["value": 0], "y2": bottom,
                        "stroke": Self.ink(.muted), "strokeWidth": ["value": 1],
                        "opacity": ["signal": "pointer == null ? 0 : 0.6"],
                    ]
                ],
            ])
            all.append([
                "type": "symbol", "interactive": false, "clip": true, "from": ["data": "near"],
                "encode": [
                    "update": [
                        "x": ["scale": "x", "field": "x"], "y": ["scale": "y", "field": "y"], "size": ["value": 40],
                        "fill": Self.ink(.paper), "stroke": Self.ink(.text), "strokeWidth": ["value": 1.5],
                        "opacity": ["signal": .text("datum.p == \(index) ? 1 : 0")],
                    ]
                ],
            ])
        }
        all.append([
            "type": "rect", "interactive": false,
            "encode": [
                "update": [
                    "x": ["signal": "drag ? min(drag[0], drag[1]) : 0"],
                    "x2": ["signal": "drag ? max(drag[0], drag[1]) : 0"], "y": ["value": 0], "y2": bottom,
                    "fill": Self.ink(.text), "opacity": ["signal": "drag ? 0.12 : 0"],
                ]
            ],
        ])
        return all
    }

    private static let tooltip: VegaValue = [
        "signal":
            "pointer == null ? '' : x_title + ': ' + format(pointer, '.4~r') + x_unit + '\\n' + join(pluck(data('near'), 'label'), '\\n')"
    ]

    private static func ink(_ ink: Ink) -> VegaValue { ["value": .text(ink.variable)] }

    private func reference(_ reference: Reference, _ bottom: VegaValue) -> [VegaValue] {
        let place: VegaValue = ["scale": .text(reference.isOfX ? "x" : "y"), "value": .number(reference.value)]
        let line: VegaValue = ["stroke": Self.ink(.muted), "strokeDash": ["value": [5, 4]]]
        let label: VegaValue = [
            "text": ["value": .text(reference.label)], "fill": Self.ink(.muted), "fontSize": ["value": 11],
        ]
        if reference.isOfX {
            return [
                [
                    "type": "rule", "clip": true, "interactive": false,
                    "encode": ["update": line.with("x", place).with("y", ["value": 0]).with("y2", bottom)],
                ],
                [
                    "type": "text", "clip": true, "interactive": false,
                    "encode": [
                        "update": label.with("x", place).with("y", ["value": 4]).with("dx", ["value": 4])
                            .with("baseline", ["value": "top"])
                    ],
                ],
            ]
        }
        return [
            [
                "type": "rule", "interactive": false, "clip": true,
                "encode": ["update": line.with("y", place).with("x", ["value": 0]).with("x2", ["signal": "width"])],
            ],
            [
                "type": "text", "interactive": false,
                "encode": [
                    "update": label.with("y", place).with("x", ["value": 4]).with("dy", ["value": -4])
                        .with("align", ["value": "left"]).with("baseline", ["value": "bottom"])
                ],
            ],
        ]
    }

    private func marks(_ series: Series, _ index: Int, _ panel: Panel) -> [VegaValue] {
        let from: VegaValue = ["data": .text("s\(index)")]
        // A series that the legend names under another's symbol goes with it.
        let owner = placed.firstIndex { $0.series.name == series.name && $0.series.isListed } ?? index
        func seen(_ full: Double) -> VegaValue {
            ["signal": .text("indata('off', 'value', 's\(owner)') ? 0 : \(full)")]
        }
        let x: VegaValue = ["scale": "x", "field": "x"]
        let isRow = panel.y.names != nil
        let y: VegaValue = isRow ? ["scale": "y", "field": "y", "band": 0.5] : ["scale": "y", "field": "y"]
        func scaled(_ field: VegaValue) -> VegaValue { ["scale": isRow ? "x" : "y", "field": field] }
        let stroke = Self.ink(series.ink)
        func mark(_ type: VegaValue, _ update: VegaValue, interactive: Bool) -> VegaValue {
            [
                "type": type, "clip": .boolean(isContinuous), "from": from, "interactive": .boolean(interactive),
                "encode": ["update": update],
            ]
        }
        func line(_ dash: VegaValue) -> VegaValue {
            mark(
                "line",
                [
                    "x": x, "y": y, "stroke": stroke, "strokeWidth": ["value": 2], "strokeJoin": ["value": "round"],
                    "strokeCap": ["value": "round"], "strokeDash": ["value": dash],
                    "defined": ["signal": "isValid(datum.y)"], "strokeOpacity": seen(1),
                ], interactive: false)
        }
        let whiskers: VegaValue = mark(
            "rule",
            (isRow
                ? ["y": y, "x": scaled("l"), "x2": scaled("h")] as VegaValue
                : ["x": x, "y": scaled("l"), "y2": scaled("h")])
                .with("stroke", series.style == .bars ? Self.ink(.text) : stroke).with("strokeWidth", ["value": 1.5])
                .with("opacity", seen(series.style == .bars ? 0.75 : 0.6)), interactive: false)
        let hasWhiskers = series.points.contains { $0.low != nil && $0.low != $0.high }
        let symbols = mark(
            "symbol",
            [
                "x": x, "y": y, "fill": stroke, "stroke": Self.ink(.paper), "strokeWidth": ["value": 1],
                "size": ["value": 60], "opacity": seen(0.9), "tooltip": ["field": "t"],
            ], interactive: true)
        switch series.style {
        case .line: return [line([])]
        case .dashedLine: return [line([5, 4])]
        case .band:
            return [
                mark(
                    "area",
                    ["x": x, "y": scaled("l"), "y2": scaled("h"), "fill": stroke, "fillOpacity": seen(0.2)],
                    interactive: false)
            ]
        case .area:
            return [
                mark(
                    "area",
                    [
                        "x": x, "y": scaled("l"), "y2": scaled("h"), "fill": stroke, "fillOpacity": seen(0.82),
                        "stroke": Self.ink(.paper), "strokeWidth": ["value": 0.75], "strokeOpacity": seen(1),
                    ], interactive: false)
            ]
        case .points: return (hasWhiskers ? [whiskers] : []) + [symbols]
        case .joinedPoints: return [line([])] + (hasWhiskers ? [whiskers] : []) + [symbols]
        case .bars:
            let group = panel.series.filter { $0.style == .bars }
            let isStacked = group.contains { $0.points.contains { $0.start != 0 } }
            let share = isStacked ? 1 : 1 / Double(max(group.count, 1))
            let own = isStacked ? 0 : Double(group.firstIndex(of: series) ?? 0)
            let bar = mark(
                "rect",
                [
                    "y": ["scale": "y", "field": "y", "band": .number(own * share)],
                    "height": ["scale": "y", "band": .number(share)],
                    "x": ["scale": "x", "field": "o"], "x2": x, "fill": stroke, "opacity": seen(0.9),
                    "tooltip": ["field": "t"],
                ], interactive: true)
            guard hasWhiskers else { return [bar] }
            return [
                bar,
                mark(
                    "rule",
                    [
                        "y": ["scale": "y", "field": "y", "band": .number((own + 0.5) * share)], "x": scaled("l"),
                        "x2": scaled("h"), "stroke": Self.ink(.text), "strokeWidth": ["value": 1.5],
                        "opacity": seen(0.75),
                    ], interactive: false),
            ]
        }
    }

    // MARK: - Style

    private static let configuration: VegaValue = {
        let fonts = VegaValue.text(VegaSpecification.fonts)
        let text = VegaValue.text(Ink.text.variable)
        let muted = VegaValue.text(Ink.muted.variable)
        let grid = VegaValue.text(Ink.grid.variable)
        return [
            "axis": [
                "labelFont": fonts, "titleFont": fonts, "labelFontSize": 12, "titleFontSize": 12,
                "titleFontWeight": "normal", "labelColor": muted, "titleColor": text, "gridColor": grid,
                "domainColor": muted, "tickColor": muted, "titlePadding": 8, "labelPadding": 5,
            ],
            "legend": [
                "labelFont": fonts, "titleFont": fonts, "labelFontSize": 12, "labelColor": text, "symbolSize": 90,
                "symbolStrokeWidth": 2.5, "columnPadding": 16, "rowPadding": 4,
            ],
            "title": ["font": fonts, "fontSize": 12, "fontWeight": "normal", "color": text],
            "text": ["font": fonts],
        ]
    }()
}

extension Figure {
    /// The specification in plain Vega, with a theme's colours or, where there is none, with a page's variables.
    public func vega(_ theme: Ink.Theme? = nil, width: Double = 640) -> VegaValue {
        let specification = VegaSpecification(self).value(width: width)
        return theme.map { Ink.resolve(specification, $0) } ?? specification
    }
}
