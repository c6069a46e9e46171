import Testing

@testable import Cells

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct ExpressionTests {
    /// Values as Python gives them at x = 0.7.
    @Test(arguments: [
        ("-x**2", -0.49), ("2**-1", 0.5), ("2**3**2", 512), ("-2**2", -4), ("(-2)**2", 4),
        ("2**-x**2", 0.7120250977985358),
        ("1 - 2 - 3", -4), ("8 / 4 / 2", 1), ("2 * 3 ** 2", 18), ("1e-3", 0.001), (".5", 0.5), ("5.", 5),
        ("3.3e-14", 3.3e-14),
        ("--x", 0.7), ("+x", 0.7), ("2*-x", -1.4), ("x**0", 1), ("x**1", 0.7), ("x**0.5", 0.8366600265340756),
        ("x**1.5", 0.5856620185738529), ("x**-3", 2.9154518950437317), ("x**x", 0.7790559126704491),
        ("exp(-x)", 0.4965853037914095), ("tanh(4*(x-0.5))", 0.664036770267849), ("cosh(x)", 1.255169005630943),
        ("sinh(x)", 0.7585837018395334), ("log(x)", -0.35667494393873245), ("log10(x)", -0.1549019599857432),
        ("sqrt(x)", 0.8366600265340756), ("abs(-x)", 0.7), ("sin(x)", 0.644217687237691),
        ("cos(x)", 0.7648421872844885),
        ("atan(x)", 0.6107259643892086), ("arctan(x)", 0.6107259643892086), ("min(x, 0.5)", 0.5), ("max(x, 0.5)", 0.7),
        ("1/(1+x)", 0.5882352941176471), ("3 - x", 2.3), ("x - 3", -2.3), ("x * x - x / x", -0.51),
        (" \t( ( x ) ) \n", 0.7), ("1e3*x", 700), ("2**x", 1.624504792712471), ("x/4", 0.175),
        ("4/x", 5.714285714285714),
        ("2*x**2*3", 2.94), ("-(x)**2+1", 0.51), ("1.5E+2", 150),
    ])
    func values(_ text: String, _ expected: Double) throws {
        let function = try StateFunction(expression: text)
        #expect(abs(function(0.7) - expected) <= 4e-16 * max(abs(expected), 0.5), "\(text): \(function(0.7))")
    }

    @Test(arguments: [
        ("", "empty function string"), ("  ", "empty function string"), ("1 +", "found the end at column 4"),
        ("1 2", "found '2' at column 3; expected an operator"), ("(x", "found the end at column 3; expected ')'"),
        ("x)", "found ')' at column 2; expected an operator"), ("foo(x)", "unknown name 'foo'"),
        ("tahn(x)", "unknown name 'tahn'; did you mean 'tanh'?"), ("y", "unknown name 'y'; did you mean 'x'?"),
        ("Exp(x)", "unknown name 'Exp'; did you mean 'exp'?"), ("x^2", "unexpected character '^' at column 2"),
        ("exp", "expected '(' after exp"), ("exp()", "'exp' has 0 arguments; it takes 1"),
        ("exp(x, x)", "'exp' has 2 arguments; it takes 1"), ("max(x)", "'max' has 1 argument; it takes 2"),
        ("T", "expected T(x), the temperature in kelvin"), ("T(2)", "expected T(x)"), ("x(2)", "x is a variable"),
        ("1e999", "too large"), ("x ** ", "found the end"), ("* x", "found '*' at column 1"), ("1..2", "found '.'"),
        ("x % 2", "unexpected character '%'"), ("é", "unexpected character U+E9"), ("x;1", "unexpected character ';'"),
        ("1 if x else 2", "found 'if' at column 3"), ("2x", "found 'x' at column 2"),
        (String(repeating: "(", count: 60_000), "nested too deeply"),
        (String(repeating: "-x**", count: 16_000) + "x", "nested too deeply"),
        (String(repeating: "exp(", count: 400), "nested too deeply"),
        (String(repeating: "(", count: 100_000), "100000 characters; at most 65536"),
    ])
    func refusals(_ text: String, _ message: String) {
        do {
            _ = try StateFunction(expression: text)
            Issue.record("accepted \(text.prefix(60))")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
            #expect(!"\(error)".contains("\n"))
        }
    }

    @Test func longFlatExpressionsAreRead() throws {
        let sum = try StateFunction(expression: Array(repeating: "x", count: 20_000).joined(separator: "+"))
        #expect(sum(0.5) == 10_000)
        let signs = try StateFunction(expression: String(repeating: "-", count: 60_000) + "x")
        #expect(signs(0.5) == 0.5)
    }

    @Test func constantsAreFolded() throws {
        #expect(try StateFunction(expression: "2 * (3 + exp(0)) / 4").constant == 2)
        #expect(try StateFunction(expression: "x * 0").constant == nil)
        #expect(try StateFunction(expression: "T(x)").constant == nil)
        #expect(try StateFunction(expression: "1/0").constant == .infinity)
    }

    @Test func temperature() throws {
        let function = try StateFunction(expression: "x * exp(1000 * (1 / 298.15 - 1 / T(x)))")
        #expect(function.dependsOnTemperature)
        #expect(function.extensionNames == ["T(x)"])
        #expect(try StateFunction(expression: "log(x) + sqrt(x) + exp(x)").extensionNames == ["log", "sqrt"])
        let (value, dx, dT) = function.derivatives(2, temperature: 310)
        let factor = exp(1000 * (1 / 298.15 - 1 / 310.0))
        #expect(abs(value - 2 * factor) < 1e-14)
        #expect(abs(dx - factor) < 1e-14)
        #expect(abs(dT - 2 * factor * 1000 / (310 * 310)) < 1e-14)
    }

    /// Every instruction's derivative against a central difference.
    @Test(arguments: [
        "exp(-3*x)", "tanh(5*(x-0.4))", "cosh(x)", "sinh(x*x)", "log(x)", "log10(x)", "sqrt(x)", "abs(x-0.9)",
        "sin(3*x)",
        "cos(3*x)", "atan(4*x)", "min(x, x*x)", "max(x, x*x)", "x**2", "x**3", "x**7", "x**-2", "x**1.7", "1.7**x",
        "x**x",
        "(x+1)/(x*x+2)", "3/x", "x/3", "3-x", "x-3", "-x", "x*exp(x)*T(x)/300", "T(x)**2*x + x**2/T(x)", "T(x)**x",
        "0.9*exp(-160*x) + 0.16*tanh(-45*(x-0.03)) + 1.9e4*tanh(3.2*(x-1.85))", "x**2*T(x) - T(x)/x + 2**(T(x)/100)",
    ])
    func derivatives(_ text: String) throws {
        let function = try StateFunction(expression: text)
        for x in [0.21, 0.5, 0.83] {
            let (value, dx, dT) = function.derivatives(x, temperature: 305)
            #expect(value == function(x, temperature: 305))
            let h = 1e-5
            let slope = (function(x + h, temperature: 305) - function(x - h, temperature: 305)) / (2 * h)
            #expect(abs(dx - slope) <= 1e-6 * max(1, abs(slope)), "\(text) at \(x): \(dx) \(slope)")
            let warm = (function(x, temperature: 305 + 1e-3) - function(x, temperature: 305 - 1e-3)) / 2e-3
            #expect(abs(dT - warm) <= 1e-6 * max(1, abs(warm)), "\(text) at \(x): \(dT) \(warm)")
        }
    }

    /// Blocks, remainders and any choice of outputs give what single points give.
    @Test(arguments: [1, 2, 3, 7, 15, 16, 17, 31, 33, 100, 257])
    func vectorised(_ count: Int) throws {
        let texts = ["exp(-3*x)*tanh(x)+cosh(x*T(x)/300)", "x", "4", "T(x)", "(x+1)*((x+2)*((x+3)*((x+4)*(x+5)**x)))"]
        var functions = try texts.map { try StateFunction(expression: $0) }
        functions.append(try StateFunction(x: [0, 0.4, 1], y: [1, 3, 2]))
        let x = (0..<count).map { 0.1 + Double($0) / Double(count) }
        for function in functions {
            var value = [Double](repeating: .nan, count: count)
            var dx = value
            var dT = value
            function.evaluate(x, count: count, temperature: 300, value: &value, dx: &dx, dT: &dT)
            var alone = [Double](repeating: .nan, count: count)
            function.evaluate(x, count: count, temperature: 300, value: &alone)
            var slope = alone
            function.evaluate(x, count: count, temperature: 300, value: &alone, dx: &slope)
            var warm = alone
            function.evaluate(x, count: count, temperature: 300, value: &alone, dT: &warm)
            for i in 0..<count {
                let single = function.derivatives(x[i], temperature: 300)
                #expect(value[i] == single.value && dx[i] == single.dx && dT[i] == single.dT)
                #expect(alone[i] == single.value && slope[i] == single.dx && warm[i] == single.dT)
            }
        }
    }

    @Test func tables() throws {
        let up = try StateFunction(x: [0, 1, 3], y: [1, 2, 0])
        let down = try StateFunction(x: [3, 1, 0], y: [0, 2, 1])
        for (x, value, slope) in [
            (-1.0, 0.0, 1.0), (0, 1, 1), (0.25, 1.25, 1), (1, 2, -1), (2, 1, -1), (3, 0, -1), (5, -2, -1),
        ] {
            #expect(up(x) == value && down(x) == value, "\(x)")
            #expect(up.derivatives(x).dx == slope, "\(x)")
        }
        #expect(up(.nan).isNaN)
        #expect(up(.infinity) == -.infinity)
    }

    /// Crowded and sparse stretches: the guide never leads to a wrong segment.
    @Test func unevenTable() throws {
        var generator = SplitMix(state: 7)
        let x = (0..<500).map { exp(Double($0) / 20) * 1e-6 }
        let y = x.map { _ in Double.random(in: 0...1, using: &generator) }
        let table = try StateFunction(x: x, y: y)
        for i in x.indices { #expect(abs(table(x[i]) - y[i]) < 1e-12) }
        for _ in 0..<2000 {
            let k = Int.random(in: 0..<499, using: &generator)
            let share = Double.random(in: 0..<1, using: &generator)
            let point = x[k] + share * (x[k + 1] - x[k])
            #expect(abs(table(point) - (y[k] + share * (y[k + 1] - y[k]))) < 1e-9)
        }
    }

    @Test func tableRefusals() {
        #expect(throws: ExpressionError.unequalLengths(x: 2, y: 3)) { try StateFunction(x: [0, 1], y: [0, 1, 2]) }
        #expect(throws: ExpressionError.tooFewPoints(1)) { try StateFunction(x: [0], y: [0]) }
        #expect(throws: ExpressionError.unsorted(index: 2)) { try StateFunction(x: [0, 1, 0.5], y: [0, 1, 2]) }
        #expect(throws: ExpressionError.unsorted(index: 1)) { try StateFunction(x: [1, 1], y: [0, 1]) }
        #expect(throws: ExpressionError.notFinite(column: "y", index: 1)) {
            try StateFunction(x: [0, 1], y: [0, .nan])
        }
    }

    @Test func heldBelow() throws {
        let function = try StateFunction(expression: "1 / x").held(below: 10)
        #expect(function(0) == 0.1 && function(-5) == 0.1 && function(20) == 0.05)
        #expect(function.derivatives(5).dx == 0 && function.derivatives(20).dx == -1 / 400.0)
        let table = try StateFunction(x: [0, 100], y: [0, 1]).held(below: 10)
        #expect(table(0) == 0.1 && table.derivatives(0).dx == 0 && table.derivatives(50).dx == 0.01)
    }

    /// Clinger's fast path and the C library agree.
    @Test func decimals() {
        var generator = SplitMix(state: 11)
        for _ in 0..<20_000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite, !number.isZero else { continue }
            let short = Double(Int.random(in: -999_999...999_999, using: &generator)) / 1000
            for value in [number, short] {
                let text = value.description
                #expect(parseDouble(Array(text.utf8)) == value, "\(text)")
            }
        }
        for text in [
            "0", "-0", "1e22", "1e23", "123456789012345", "1234567890123456789", "0.1", "1e-22", "000.5", "5.",
        ] {
            #expect(parseDouble(Array(text.utf8)) == Double(text), "\(text)")
        }
    }

    /// Our vector functions against the C library's, at sizes of every order and at the odd places.
    @Test func vectorFunctions() throws {
        var generator = SplitMix(state: 17)
        var points: [Double] = [
            0, -0.0, 1e-300, -1e-300, 709, -708, 745, -745, 800, -800, .infinity, -.infinity, 0.5, 22,
        ]
        for exponent in stride(from: -18.0, through: 2.8, by: 0.01) {
            points.append(pow(10, exponent) * (Bool.random(using: &generator) ? 1 : -1))
        }
        for _ in 0..<50_000 { points.append(Double.random(in: -40...40, using: &generator)) }
        for (name, library) in [("exp", { exp($0) }), ("tanh", { tanh($0) })] as [(String, (Double) -> Double)] {
            let function = try StateFunction(expression: "\(name)(x)")
            var value = points
            function.evaluate(points, count: points.count, temperature: 300, value: &value)
            var worst = 0.0
            for (x, y) in zip(points, value) {
                let expected = library(x)
                if expected == y { continue }
                worst = max(worst, abs(y - expected) / expected.ulp)
            }
            #expect(worst <= 3, "\(name): \(worst) units in the last place")
            #expect(function(.nan).isNaN)
        }
    }
}
