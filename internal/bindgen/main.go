// Command bindgen generates the tables through which the interpreter reaches
// native packages: for each package of packages.txt a Go file with its types,
// functions, variables and generic instances, and for each group of packages a
// zip file with export data, doc comments and, for a few, source. It reads what
// the compiler wrote, as opposed to package registry, which serves the tables.
//
//	go run ./internal/bindgen             # write all tables
//	go run ./internal/bindgen -only lib   # write one group
//	go run ./internal/bindgen -check      # fail if a table is stale
//
// A package is added by one line in packages.txt.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:generate go run graft/internal/bindgen

func main() {
	check := flag.Bool("check", false, "write nothing; fail if a generated file is stale")
	only := flag.String("only", "", "comma-separated groups to generate; default all")
	flag.Parse()
	if err := run(*check, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bindgen:", err)
		os.Exit(1)
	}
}

func run(check bool, only string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(root, "internal/bindgen/packages.txt"))
	if err != nil {
		return err
	}
	list, err := parseList(string(text))
	if err != nil {
		return err
	}
	groups, err := list.choose(only)
	if err != nil {
		return err
	}
	out, err := generate(root, list, groups)
	if err != nil {
		return err
	}
	if check {
		return out.check(root)
	}
	return out.write(root)
}

// moduleRoot is the folder of go.mod, whichever folder bindgen runs in.
func moduleRoot() (string, error) {
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(mod))), nil
}

// generate returns the files of groups.
func generate(root string, list *list, groups []*group) (output, error) {
	u, err := load(root, groups)
	if err != nil {
		return nil, err
	}
	u.sets = list.sets
	out := output{}
	for _, g := range groups {
		if err := u.group(g, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}
