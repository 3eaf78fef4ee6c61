package vm

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"
)

// The closures that execute cells have the access to the frame inlined. Go 1.26 does
// not inline the generic function at in the copy of a closure that comes with the
// inlining of the function that makes it: such makers are marked go:noinline.
func TestFrameAccessIsInlined(t *testing.T) {
	archive, err := exec.Command("go", "list", "-export", "-f", "{{.Export}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	dump := exec.Command("go", "tool", "objdump", strings.TrimSpace(string(archive)))
	out, err := dump.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := dump.Start(); err != nil {
		t.Fatal(err)
	}
	function, functions := "", 0
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if name, ok := strings.CutPrefix(line, "TEXT "); ok {
			function, functions = name, functions+1
		}
		if strings.Contains(line, "R_CALL:graft/internal/golang/vm.at[") {
			t.Errorf("%s calls at: mark the function that makes it go:noinline", function)
		}
	}
	if err := dump.Wait(); err != nil {
		t.Fatal(err)
	}
	if functions < 500 {
		t.Errorf("only %d functions found", functions)
	}
}
