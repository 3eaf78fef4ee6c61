package golang

import (
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	for src, want := range map[string]string{
		"x:=1":                                  "x := 1",
		"\n x :=1\n\n\n\ny:= 2\n":               "x := 1\n\ny := 2",
		"func f( ){return}":                     "func f() { return }",
		"x:=f( )\nfunc f( )int{return 1}":       "x := f()\nfunc f() int { return 1 }",
		"func f( ){}\nf( )\n":                   "func f() {}\nf()",
		"import(\"fmt\"\n\"os\")\nfmt.Print( )": "import (\n\t\"fmt\"\n\t\"os\"\n)\nfmt.Print()",
		"import \"fmt\"\n\n// says\nfmt.Print( ) // it\n\n// f is\n// this\nfunc f(){\nx( )\n}\nvar v=1\n": "import \"fmt\"\n\n// says\nfmt.Print() // it\n\n// f is\n// this\nfunc f() {\n\tx()\n}\n\nvar v = 1",
		"f( ); func f(){}":                                     "f()\nfunc f() {}",
		"type T struct{a int;b string}\nt:=T{ }":               "type T struct {\n\ta int\n\tb string\n}\nt := T{}",
		"m:=graft.X( )\nm.Fit(5);":                             "m := graft.X()\nm.Fit(5)",
		"for i:=range 3{\nf(i)\n}\nfunc(){ }()":                "for i := range 3 {\n\tf(i)\n}\nfunc() {}()",
		"// only a comment":                                    "// only a comment",
		"func (t T) f( ){}\nx:=`a\n   b`":                      "func (t T) f() {}\nx := `a\n   b`",
		"package main\nimport \"os\"\nfunc main(){os.Exit(0)}": "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(0) }",
		"f( ) /* a\n;b */\nfunc f(){}":                         "f() /* a\n;b */\nfunc f() {}",
		"f( ) /* ; */; func f(){}":                             "f() /* ; */\nfunc f() {}",
		"":                                                     "",
		";":                                                    ";",
		"func f( ){};;x:=1":                                    "func f() {}\nx := 1",
		"f( )\n;\n;func g( ){}; // g\n;":                       "f()\n\nfunc g() {} // g",
		"import \"fmt\" ; ;":                                   "import \"fmt\"",
		"import \"fmt\"\n; // says\nfor i:=0; ; i++{;}\nvar x=1;;": "import \"fmt\"\n// says\nfor i := 0; ; i++ {\n}\nvar x = 1",
	} {
		got, err := Format(Cell{Source: src})
		if err != nil || got != want {
			t.Errorf("%q: %q %v\nwant %q", src, got, err, want)
		}
		if again, _ := Format(Cell{Source: got}); again != got {
			t.Errorf("%q: again %q", got, again)
		}
	}
}

func TestFormatTellsThePlace(t *testing.T) {
	for src, want := range map[string]string{
		"x := 1\nfunc f( {\n": "c:2:9: ", "x := \"a": "c:1:6: ", "a b\nfunc f() {}": "c:1:3: ", "f()\nx := )": "c:2:6: ",
	} {
		text, err := Format(Cell{Name: "c", Source: src})
		if err == nil || !strings.HasPrefix(err.Error(), want) || text != "" {
			t.Errorf("%q: %q %v, want %s…", src, text, err, want)
		}
	}
}
