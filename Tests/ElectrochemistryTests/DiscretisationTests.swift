import CKernels
import Cells
import Testing

@testable import Electrochemistry

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct DiscretisationTests {
    /// The profile of a steady flux, y = 0.3 + 0.2 r²: dy/dt = 6 · 0.2 in every shell, surface value 0.5.
    @Test(arguments: [2, 3, 10, 20, 47], [1.0, 2.3, 4.0])
    func parabolaIsExact(_ shells: Int, _ grading: Double) {
        let mesh = RadialMesh(shells: shells, grading: grading)
        #expect(abs(mesh.volumeFraction.reduce(0, +) - 1) < 1e-14)
        let f = (0...shells).map { 1 - pow(1 - Double($0) / Double(shells), grading) }
        func volume(_ k: Int) -> Double { pow(f[k + 1], 3) - pow(f[k], 3) }
        let y = (0..<shells).map { k in 0.3 + 0.2 * 3 / 5 * (pow(f[k + 1], 5) - pow(f[k], 5)) / volume(k) }
        for k in 0..<shells {
            #expect(abs(mesh.volumeFraction[k] - volume(k)) < 1e-14)
            var rate = k > 0 ? -mesh.inward[k] * (y[k] - y[k - 1]) : 0
            rate += k < shells - 1 ? mesh.outward[k] * (y[k + 1] - y[k]) : mesh.surfacePerVolume * 0.4
            // The flux of two means over a shell h thick, and its balance over h again, lose digits as 1/h².
            let h = f[k + 1] - f[k]
            #expect(abs(rate / 1.2 - 1) < 1e-11 + 1e-16 / (h * h), "shell \(k)")
        }
        let surface =
            mesh.outerWeight * y[shells - 1] + mesh.innerWeight * y[shells - 2] + mesh.gradientWeight * 0.4
        #expect(abs(surface - 0.5) < 1e-12)
    }

    /// Off-diagonal pattern of the kernel: cc, ec, ee, ss.
    private static let pattern = [(0, 0), (1, 0), (1, 1), (2, 2)]

    @Test(arguments: 1...9) func blockSolve(_ nodes: Int) {
        var random = Reproducible()
        var diagonal = (0..<(9 * nodes)).map { _ in random.next() }
        let left = (0..<(4 * nodes)).map { _ in random.next() }
        let right = (0..<(4 * nodes)).map { _ in random.next() }
        for i in 0..<nodes { for d in [0, 4, 8] { diagonal[9 * i + d] += 5 } }
        var dense = [[Double]](repeating: [Double](repeating: 0, count: 3 * nodes), count: 3 * nodes)
        for i in 0..<nodes {
            for r in 0..<3 { for c in 0..<3 { dense[3 * i + r][3 * i + c] = diagonal[9 * i + 3 * r + c] } }
            for (k, (r, c)) in Self.pattern.enumerated() {
                if i > 0 { dense[3 * i + r][3 * i - 3 + c] = left[4 * i + k] }
                if i < nodes - 1 { dense[3 * i + r][3 * i + 3 + c] = right[4 * i + k] }
            }
        }
        let b = (0..<(3 * nodes)).map { _ in random.next() }
        let expected = denseSolve(dense, b)
        var factor = [Double](repeating: 0, count: Int(ck_block_factor_doubles(nodes)) + 2)
        var c = (0..<nodes).map { b[3 * $0] }, e = (0..<nodes).map { b[3 * $0 + 1] }
        var s = (0..<nodes).map { b[3 * $0 + 2] }
        // One buffer throughout: the kernel aligns by its address.
        factor.withUnsafeMutableBufferPointer { f in
            ck_block_factor(nodes, diagonal, left, right, f.baseAddress!)
            ck_block_solve(nodes, f.baseAddress!, &c, &e, &s)
        }
        for i in 0..<nodes {
            #expect(abs(c[i] - expected[3 * i]) < 1e-13)
            #expect(abs(e[i] - expected[3 * i + 1]) < 1e-13)
            #expect(abs(s[i] - expected[3 * i + 2]) < 1e-13)
        }
    }

    @Test(arguments: [1, 2, 3, 8, 20]) func particleSweeps(_ shells: Int) {
        var random = Reproducible()
        let nx = 5, cj = 0.7, d = 0.3
        let inward = (0..<shells).map { _ in 2 + random.next() }, outward = (0..<shells).map { _ in 2 + random.next() }
        let right = (0..<(shells * nx)).map { _ in random.next() }
        func matrix(_ i: Int, _ rate: (Int) -> Double) -> [[Double]] {
            var a = [[Double]](repeating: [Double](repeating: 0, count: shells), count: shells)
            for k in 0..<shells {
                a[k][k] = cj
                if k > 0 {
                    a[k][k] += inward[k] * rate(k - 1)
                    a[k][k - 1] = -inward[k] * rate(k - 1)
                }
                if k < shells - 1 {
                    a[k][k] += outward[k] * rate(k)
                    a[k][k + 1] = -outward[k] * rate(k)
                }
            }
            return a
        }
        func column(_ x: [Double], _ i: Int) -> [Double] { (0..<shells).map { x[$0 * nx + i] } }

        var m = [Double](repeating: 0, count: shells), p = m, c = m
        ck_particle_factor(shells, cj, d, inward, outward, &m, &p, &c)
        var x = right
        ck_particle_forward(shells, nx, m, &x)
        for i in 0..<nx { x[(shells - 1) * nx + i] *= p[shells - 1] }
        ck_particle_backward(shells, nx, p, c, &x)
        for i in 0..<nx {
            for (a, b) in zip(column(x, i), denseSolve(matrix(i) { _ in d }, column(right, i))) {
                #expect(abs(a - b) < 1e-13)
            }
        }

        // A diffusivity of its own at every face.
        let faces = (0..<(shells * nx)).map { _ in 1.5 + random.next() }
        var lower = [Double](repeating: 0, count: shells * nx), diagonal = lower, upper = lower
        for i in 0..<nx {
            let a = matrix(i) { faces[$0 * nx + i] }
            for k in 0..<shells {
                diagonal[k * nx + i] = a[k][k]
                if k > 0 { lower[k * nx + i] = a[k][k - 1] }
                if k < shells - 1 { upper[k * nx + i] = a[k][k + 1] }
            }
        }
        var mv = [Double](repeating: 0, count: shells * nx), pv = mv
        ck_particle_factor_variable(shells, nx, lower, diagonal, upper, &mv, &pv)
        x = right
        ck_particle_forward_variable(shells, nx, mv, &x)
        for i in 0..<nx { x[(shells - 1) * nx + i] *= pv[(shells - 1) * nx + i] }
        ck_particle_backward_variable(shells, nx, pv, upper, &x)
        for i in 0..<nx {
            let a = matrix(i) { faces[$0 * nx + i] }
            for (u, v) in zip(column(x, i), denseSolve(a, column(right, i))) { #expect(abs(u - v) < 1e-13) }
        }

        // The residual is the same matrix: r = y' + A y with cj = 0, and the flux in the outermost shell.
        let y = (0..<(shells * nx)).map { _ in random.next() }, dot = (0..<(shells * nx)).map { _ in random.next() }
        let j = (0..<nx).map { _ in random.next() }
        var r = [Double](repeating: 0, count: shells * nx)
        ck_particle_residual_variable(shells, nx, y, dot, faces, inward, outward, 1.7, j, &r)
        for i in 0..<nx {
            let a = matrix(i) { faces[$0 * nx + i] }
            for k in 0..<shells {
                var expected = dot[k * nx + i] - cj * y[k * nx + i] + (k == shells - 1 ? 1.7 * j[i] : 0)
                for l in 0..<shells { expected += a[k][l] * y[l * nx + i] }
                #expect(abs(r[k * nx + i] - expected) < 1e-13)
            }
        }
    }

    @Test(arguments: ["lg-m50-chen2020", "kokam-marquis2019", "a123-prada2013"])
    func tablesMeetTheirTolerance(_ name: String) throws {
        let cell = try shipped(name)
        for electrode in [cell.negative!, cell.positive!] {
            let function = electrode.materials[0].openCircuitPotential
            let table = TabulatedFunction.shared(
                function, temperature: 298.15, range: 1e-6...(1 - 1e-6), tolerance: 1e-6)
            let count = 100_003
            let x = (0..<count).map { 0.01 + 0.98 * Double($0) / Double(count - 1) }
            var value = [Double](repeating: 0, count: count), slope = value, exact = value, exactSlope = value
            table.evaluate(count, x, &value, &slope)
            function.evaluate(x, count: count, temperature: 298.15, value: &exact, dx: &exactSlope)
            let worst = zip(value, exact).map { abs($0 - $1) }.max()!
            // Measured between grid points at their middle, where a cubic's error peaks; 10 % for its asymmetry.
            #expect(table.error <= 1e-6)
            #expect(worst <= 1.1e-6, "\(name): \(worst)")
            for k in stride(from: 0, to: count, by: 1009) {
                #expect(abs(slope[k] - exactSlope[k]) < 2e-3 * (1 + abs(exactSlope[k])))
            }
        }
    }

    @Test func tablesExtrapolateLinearly() throws {
        let table = TabulatedFunction.shared(
            try StateFunction(expression: "exp(x)"), temperature: 298.15, range: 0...1, tolerance: 1e-9)
        let x = [-0.5, -1e-9, 0.0, 0.5, 1.0, 1.25]
        var value = [Double](repeating: 0, count: 6), slope = value
        table.evaluate(6, x, &value, &slope)
        let e = exp(1.0)
        let expected: [Double] = [0.5, 1 - 1e-9, 1, exp(0.5), e, 1.25 * e]
        for (a, b) in zip(value, expected) { #expect(abs(a - b) < 1e-8) }
        #expect(abs(slope[0] - 1) < 1e-7 && abs(slope[5] - e) < 1e-5)
        var plain = value
        table.evaluate(6, x, &plain)
        #expect(plain == value)
    }

    @Test func lanesAgainstTheLibrary() {
        var random = Reproducible()
        for _ in 0..<20_000 {
            let x = pow(10, 200 * random.next())
            let l = Lanes.naturalLogarithm(SIMD4(x, 2 * x, 1 + 1e-3 * random.next(), 1))
            let exact = [log(x), log(2 * x)]
            for k in 0..<2 { #expect(abs(l[k] - exact[k]) <= 4e-16 * max(1, abs(exact[k]))) }
            #expect(l[3] == 0)
            let a = 100 * random.next(), b = random.next()
            let s = Lanes.inverseHyperbolicSine(Lanes(SIMD4(a, b, -a, 1e6 * a))).v
            // Absolute near zero: an overpotential of 25 mV times that is far below any tolerance.
            #expect(abs(s[0] - asinh(a)) < 1e-15 * max(1, abs(s[0])))
            #expect(abs(s[1] - asinh(b)) < 1e-15)
            #expect(s[2] == -s[0])
            #expect(abs(s[3] - asinh(1e6 * a)) < 1e-15 * max(1, abs(s[3])))
        }
    }

    /// Forward derivatives of charge transfer against central differences, also where salt runs out.
    @Test(arguments: [1.0, 0.2, 2e-3, 5e-4], [1.0, 1.1]) func dualDerivatives(_ salt: Double, _ ratio: Double) {
        let constants = InsertionConstants(twiceThermalVoltage: 0.0514, filmDrop: 0.003, prefactor: 2.5)
        func law<S: Scalar>(_ v: [S]) -> S {
            Insertion.residual(
                potentialDifference: v[2], openCircuitPotential: 0.3 * (v[0] * v[0]), current: v[3], surface: v[0],
                concentration: v[1], factor: S(1) + 0.5 * v[0], temperatureRatio: v[4],
                prefactorRatio: 2.5 * (v[4] * v[4]), constants: constants)
        }
        typealias D = Dual<Double>
        let at = [0.63, salt, 0.21, -0.8, ratio]
        let duals = at.indices.map { k in
            D(at[k], k == 0 ? 1 : 0, k == 1 ? 1 : 0, k == 2 ? 1 : 0, k == 3 ? 1 : 0, k == 4 ? 1 : 0)
        }
        let f = law(duals)
        #expect(abs(f.value - law(at)) < 1e-14)
        for (k, slope) in [f.d0, f.d1, f.d2, f.d3, f.d4].enumerated() {
            let h = 1e-5 * abs(at[k])
            var up = at, down = at
            up[k] += h
            down[k] -= h
            let finite = (law(up) - law(down)) / (2 * h)
            #expect(abs(slope - finite) < 1e-6 * max(abs(finite), 1e-2), "variable \(k): \(slope) against \(finite)")
        }
    }

    /// Tabulated potentials are the function's own over every shipped material's window, its ends included.
    @Test(arguments: ShippedCells.names) func potentialTablesReachTheEnds(_ name: String) throws {
        let cell = try shipped(name)
        for material in (cell.negative?.materials ?? []) + (cell.positive?.materials ?? []) {
            let table = TabulatedFunction.shared(
                material.openCircuitPotential, temperature: cell.referenceTemperature, range: 1e-6...(1 - 1e-6),
                tolerance: FunctionTables.potentialTolerance)
            let low = material.minimumStoichiometry, high = material.maximumStoichiometry
            // Corners of measured tables are rounded within a cell; the steepest fall 3 V in a thousandth of the window.
            var isTable = false
            if case .table = material.openCircuitPotential.source { isTable = true }
            var sum = 0.0
            for k in 0...20000 {
                var x = low + (high - low) * Double(k) / 20000, value = 0.0
                table.evaluate(1, &x, &value)
                let deviation = abs(value - material.openCircuitPotential(x))
                sum += deviation * deviation
                #expect(deviation < (isTable ? 5e-3 : 2e-4), "\(material.name) at \(x): \(deviation) V")
            }
            #expect((sum / 20001).squareRoot() < (isTable ? 5e-5 : 2e-5), "\(material.name)")
        }
    }
}
