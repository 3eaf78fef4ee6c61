package golang

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRunProgram(t *testing.T) {
	tests := []struct {
		name, source string
		args         []string
		exit         int
		out, stderr  string // parts of the output
		err          string // of the error
	}{
		{name: "args", args: []string{"a", "b"}, out: "2 b",
			source: "package main\nimport (\"fmt\"; \"os\")\nfunc main() { fmt.Println(len(os.Args)-1, os.Args[2]) }"},
		{name: "init order", out: "12 init\nmain 12",
			source: "package main\nimport \"fmt\"\nvar a = b * 2\nvar b = f()\nfunc f() int { return 6 }\nfunc init() { fmt.Println(a, \"init\") }\nfunc main() { fmt.Println(\"main\", a) }"},
		{name: "exit", exit: 3, source: "package main\nimport \"os\"\nfunc main() { defer println(\"no\"); os.Exit(3) }"},
		{name: "panic", exit: 2, stderr: "panic: runtime error: index out of range [4] with length 0\n\ngoroutine 1 [running]:\nmain.g(...)\n\t",
			source: "package main\nfunc main() { g() }\nfunc g() {\n\tvar a []int\n\t_ = a[4]\n}"},
		{name: "unused", exit: 1, err: "declared and not used: x", source: "package main\nfunc main() { x := 1 }"},
		{name: "import unused", exit: 1, err: `"os" imported and not used`, source: "package main\nimport \"os\"\nfunc main() {}"},
		{name: "syntax", exit: 1, err: ":2:15: syntax error", source: "package main\nfunc main() { ) }"},
		{name: "no main", exit: 1, err: "function main is undeclared", source: "package main\n"},
		{name: "no program", exit: 1, err: "package tools is not a program", source: "package tools\n"},
	}
	in := newInterp(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "prog.go")
			if err := os.WriteFile(file, []byte(test.source), 0o644); err != nil {
				t.Fatal(err)
			}
			var out, stderr bytes.Buffer
			exit, err := in.RunProgram(&Env{Stdout: &out, Stderr: &stderr}, file, test.args)
			if exit != test.exit || !strings.Contains(out.String(), test.out) || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("exit %d, stdout %q, stderr %q", exit, out.String(), stderr.String())
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
	if _, err := in.RunProgram(nil, "/no/such/file.go", nil); err == nil {
		t.Error("a missing file gave no error")
	}
}
