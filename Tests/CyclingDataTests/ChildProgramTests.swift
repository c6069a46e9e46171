@testable import CyclingData
import Testing

/// Running another program.
@Suite struct ChildProgramTests {
    @Test func endings() {
        let (output, ending) = ChildProgram.run(["printf", "%s-", "a b", "$HOME"], most: 100)
        #expect(String(decoding: output, as: UTF8.self) == "a b-$HOME-" && ending == .success)
        #expect(ChildProgram.run(["cellar-has-no-such-program"], most: 100).ending == .missing)
        #expect(ChildProgram.run(["sh", "-c", "exit 3"], most: 100).ending == .failure(3))
        #expect(ChildProgram.run(["sh", "-c", "kill -9 $$"], most: 100).ending == .failure(-9))
        let endless = ChildProgram.run(["yes"], most: 1 << 20)
        #expect(endless.ending == .tooLong && endless.output.count <= 1 << 20)
    }
}
