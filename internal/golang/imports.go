package golang

import (
	"go/token"
	"regexp"
	"slices"
	"strings"

	"graft/internal/golang/registry"
)

// bindImports sets the imports that the unit takes from the session: those it
// mentions and does not declare.
func (u *unit) bindImports(view *scope, always map[string]string) {
	if u.imports == nil {
		u.imports = map[string]string{}
	}
	declared := u.declared()
	u.addImported(declared)
	for name := range u.mentions() {
		b := view.names[name]
		switch {
		case declared[name] != nil:
			delete(u.imports, name)
		case u.auto[name]:
		case b != nil && b.path != "":
			u.imports[name] = b.path
		case b == nil && always[name] != "":
			u.imports[name] = always[name]
		}
	}
}

// addImported adds the names of the unit's own imports.
func (u *unit) addImported(names map[string]*piece) {
	for _, p := range u.pieces {
		if p.kind == importPiece {
			for _, name := range p.importNames() {
				names[name] = p
			}
		}
	}
}

// bindDots takes over the dot imports of the session, except those that hold a
// name which the unit declares, or uses as something else.
func (in *Interp) bindDots(u *unit, view *scope) {
	u.dots = nil
	declared, used := u.declared(), u.mentions()
	for _, path := range view.dots {
		pkg, err := in.imports.Import(path)
		taken := func(name string) bool {
			return token.IsExported(name) && (declared[name] != nil || used[name] && view.defines(name))
		}
		again := slices.ContainsFunc(u.pieces, func(p *piece) bool { return p.kind == importPiece && p.path == path })
		if err == nil && !again && !slices.ContainsFunc(pkg.Scope().Names(), taken) {
			u.dots = append(u.dots, path)
		}
	}
}

// importNames returns the name that an import gives the file.
func (p *piece) importNames() []string {
	if len(p.names) > 0 {
		return []string{p.names[0].name}
	}
	if native := registry.Lookup(p.path); native != nil {
		return []string{native.Name}
	}
	return nil
}

// autoImport imports standard packages for names that are unknown and stand
// before a dot.
func (in *Interp) autoImport(c *checked, view *scope) bool {
	found := false
	for _, e := range c.errs {
		name, ok := strings.CutPrefix(e.message, "undefined: ")
		found = c.otherPackage(in, e, view) || found
		if !ok || e.src == nil || c.unit.imports[name] != "" || !beforeDot(e.src.text, e.off+len(name)) {
			continue
		}
		if path := in.packageFor(c.unit, name); path != "" {
			c.unit.imports[name] = path
			c.unit.setAuto(name)
			found = true
		}
	}
	return found
}

func beforeDot(text string, off int) bool {
	return strings.HasPrefix(strings.TrimLeft(text[min(off, len(text)):], " \t\n"), ".")
}

// preferred are the paths that most programs mean by names of several packages.
var preferred = map[string]string{"template": "text/template", "scanner": "text/scanner"}

// packageNamed returns the path of the package that a name means when it was
// never imported, or "": the preferred, else the shortest path.
func packageNamed(name string) string {
	if path, ok := preferred[name]; ok && registry.Lookup(path) != nil {
		return path
	}
	for _, path := range registry.ByName(name) {
		if path != failPath {
			return path
		}
	}
	return ""
}

// noMemberOf is noExport before any hint of the checker.
var noMemberOf = regexp.MustCompile(`^undefined: ([\pL_][\pL\pN_]*)\.([\pL_][\pL\pN_]*)`)

// otherPackage takes another package of the same name for an automatic import that
// lacks a member, once for each name.
func (c *checked) otherPackage(in *Interp, e *problem, view *scope) bool {
	m := noMemberOf.FindStringSubmatch(e.message)
	if m == nil || c.unit.auto[m[1]] || view.names[m[1]] == nil || !view.names[m[1]].auto {
		return false
	}
	path := in.packageFor(c.unit, m[1])
	if path == c.unit.imports[m[1]] {
		return false
	}
	c.unit.imports[m[1]] = path
	c.unit.setAuto(m[1])
	return true
}

func (u *unit) setAuto(name string) {
	if u.auto == nil {
		u.auto = map[string]bool{}
	}
	u.auto[name] = true
}

// packageFor is packageNamed for the uses of name in u: of several packages it
// takes the one that has most of the members, so that rand.IntN means
// math/rand/v2 and rand.Intn math/rand.
func (in *Interp) packageFor(u *unit, name string) string {
	best, most := packageNamed(name), -1
	members := u.membersOf(name)
	for _, path := range append([]string{best}, registry.ByName(name)...) {
		pkg, err := in.imports.Import(path)
		if path == failPath || err != nil {
			continue
		}
		has := 0
		for member := range members {
			if token.IsExported(member) && pkg.Scope().Lookup(member) != nil {
				has++
			}
		}
		if has > most {
			best, most = path, has
		}
	}
	return best
}

// membersOf returns the names that u selects from name.
func (u *unit) membersOf(name string) map[string]bool {
	members := map[string]bool{}
	for _, p := range u.pieces {
		if !p.mentions[name] {
			continue
		}
		list, _ := lex(p.src.text[p.off:p.end])
		for i := 2; i < len(list); i++ {
			if list[i-2].lit == name && list[i-1].tok == token.PERIOD {
				members[list[i].lit] = true
			}
		}
	}
	return members
}

// packageNames returns the names for which packageNamed has a path, judged by
// the paths alone, so that completion is fast.
func packageNames() map[string]string {
	names := map[string]string{}
	for _, path := range registry.Paths() {
		name := path[strings.LastIndexByte(path, '/')+1:]
		if path == failPath || !token.IsIdentifier(name) || versioned.MatchString(name) {
			continue
		}
		if old, ok := names[name]; !ok || len(path) < len(old) || preferred[name] == path {
			names[name] = path
		}
	}
	return names
}

var versioned = regexp.MustCompile(`^v\d+$`)
