package main

import (
	"archive/zip"
	"bytes"
	"go/constant"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/gcexportdata"
)

const smallList = `
set word = int; string
group small tables
unique
	Make[$word]
iter source
errors verbs
`

func generateSmall(t *testing.T, text string) output {
	t.Helper()
	list, err := parseList(text)
	if err != nil {
		t.Fatal(err)
	}
	out, err := generate(".", list, list.groups)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCheckFindsStaleFiles(t *testing.T) {
	root, out := t.TempDir(), generateSmall(t, smallList)
	if err := out.check(root); err == nil || !strings.Contains(err.Error(), "5 stale files") {
		t.Errorf("an empty folder: %v", err)
	}
	if err := out.write(root); err != nil {
		t.Fatal(err)
	}
	if err := out.check(root); err != nil {
		t.Errorf("just written: %v", err)
	}
	file := filepath.Join(root, "tables", "gen_small_unique_bind.go")
	if err := os.WriteFile(file, []byte("package tables\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(root, "tables", "gen_small_gone_bind.go")
	if err := os.WriteFile(dead, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	err := out.check(root)
	if err == nil || !strings.Contains(err.Error(), "unique_bind") || !strings.Contains(err.Error(), "gone_bind") {
		t.Errorf("a changed and a dead file: %v", err)
	}
	if err := out.write(root); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("the dead file is still there: %v", err)
	}
}

func TestOutputIsTheSameEveryTime(t *testing.T) {
	first, second := generateSmall(t, smallList), generateSmall(t, smallList)
	for name, data := range first {
		if !bytes.Equal(data, second[name]) {
			t.Errorf("%s differs between two runs", name)
		}
		if root, _ := filepath.Abs("."); bytes.Contains(data, []byte(root)) {
			t.Errorf("%s holds the path of this checkout", name)
		}
	}
}

func TestTableText(t *testing.T) {
	out := generateSmall(t, smallList)
	for name, want := range map[string]string{
		"tables/gen_small_unique_bind.go": `{Name: "Make[string]", Value: target.Make[string]}`,
		"tables/gen_small_iter_bind.go":   "FromSource: true",
		"tables/gen_small_errors_bind.go": "Verbs: true",
	} {
		if text := string(out[name]); !strings.Contains(text, want) || !strings.HasPrefix(text, marker) {
			t.Errorf("%s lacks %q or the marker:\n%s", name, want, text)
		}
	}
}

func TestRuntimeOfTheOtherArchitecture(t *testing.T) {
	out := generateSmall(t, "group small tables\nruntime\n")
	z, err := zip.NewReader(bytes.NewReader(out["tables/gen_small.zip"]), int64(len(out["tables/gen_small.zip"])))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"runtime/export": "amd64", "runtime/export.arm64": "arm64"} {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		pkg, err := gcexportdata.Read(f, token.NewFileSet(), map[string]*types.Package{}, "runtime")
		if err != nil {
			t.Fatal(err)
		}
		arch := pkg.Scope().Lookup("GOARCH").(*types.Const).Val()
		if got := constant.StringVal(arch); got != want {
			t.Errorf("%s: GOARCH is %q, want %q", name, got, want)
		}
	}
}

func TestListErrors(t *testing.T) {
	for text, want := range map[string]string{
		"fmt":                                  `packages.txt:1: package "fmt" before the first group`,
		"group a b\nfmt loud":                  `unknown word "loud"`,
		"group a":                              `want "group NAME FOLDER"`,
		"set x int":                            `want "set NAME`,
		"\tF[int]":                             "before the first package",
		"group a b\nunique\n\tMake[$q]":        "unknown set $q",
		"group a b\nunique\n\tMake[[]int]":     "does not satisfy comparable",
		"group a b\nunique\n\tMake[q.Type]":    "undefined: q",
		"group a b\nunique\n\tMade[int]":       `no generic "Made"`,
		"group a b\ngraft/lib/nothing":         "graft/lib/nothing",
		"group a b\ngraft/lib/display/gin/...": "matches no package",
	} {
		list, err := parseList(text)
		if err == nil {
			_, err = generate(".", list, list.groups)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestChoose(t *testing.T) {
	list, err := parseList("group std a\ngroup lib b\n")
	if err != nil {
		t.Fatal(err)
	}
	if groups, err := list.choose("lib"); err != nil || len(groups) != 1 || groups[0].dir != "b" {
		t.Errorf("choose lib: %v, %v", groups, err)
	}
	if _, err := list.choose("lab"); err == nil || !strings.Contains(err.Error(), `did you mean "lib"`) {
		t.Errorf("choose lab: %v", err)
	}
}

func TestExpandCombinesSets(t *testing.T) {
	sets := map[string][]string{"k": {"int", "string"}, "v": {"bool", "[]int"}}
	got, err := expand("M[$k, $v]", sets)
	want := "M[int, bool] M[int, []int] M[string, bool] M[string, []int]"
	if err != nil || strings.Join(got, " ") != want {
		t.Errorf("got %q, %v", got, err)
	}
}

// pullMain uses the overlay of iter compiled as a package of its own.
const pullMain = `package main

import (
	"fmt"
	"m/iter"
)

func count(yield func(int) bool) {
	defer fmt.Println("end")
	for i := range 3 {
		if !yield(i) {
			return
		}
	}
}

func main() {
	next, stop := iter.Pull(count)
	for range 4 {
		fmt.Println(next())
	}
	stop()
	next, stop = iter.Pull(count)
	fmt.Println(next())
	stop()
	stop()
	fmt.Println(next())
	_, stop = iter.Pull(count) // never started: nothing to end
	stop()
	pairs, stop := iter.Pull2(func(yield func(string, int) bool) { yield("a", 1); panic("boom") })
	fmt.Println(pairs())
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		pairs()
	}()
	fmt.Println(pairs())
}
`

const pullOutput = `0 true
1 true
2 true
end
0 false
0 true
end
0 false
a 1 true
recovered boom
 0 false
`

func TestPullOverlay(t *testing.T) {
	dir := t.TempDir()
	parts := map[string][]byte{}
	u, err := load(".", []*group{{entries: []*entry{{pattern: "iter"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := sources(u.packages["iter"], parts); err != nil {
		t.Fatal(err)
	}
	parts["go.mod"] = []byte("module m\n\ngo 1.26\n")
	parts["main.go"] = []byte(pullMain)
	for name, text := range parts {
		file := filepath.Join(dir, strings.Replace(name, "iter/src/", "iter/", 1))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "run", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || string(out) != pullOutput {
		t.Errorf("%v, got:\n%s", err, out)
	}
}
