package golang

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// carry is the part of a re-emitted piece that ties it to the session. When a
// cell gives an earlier type a method, or redefines a name, what depends on it
// is checked again in the new cell: types with all their methods, functions, and
// the variables of such types, whose memory the new variables take over.
type carry struct {
	key string // "S", or "S.Hi" for a method
	b   *binding
	typ string // of a variable
}

// carries returns the re-emitted piece of key, or nil.
func (u *unit) carried(key string) *piece {
	for _, p := range u.pieces {
		if p.carry != nil && p.carry.key == key {
			return p
		}
	}
	return nil
}

// carryPiece adds a copy of a piece from an earlier cell.
func (u *unit) carryPiece(key string, b *binding, from *piece) bool {
	if from == nil || u.excluded[key] || u.carried(key) != nil {
		return false
	}
	p := *from
	p.keys = maps.Clone(from.keys)
	p.carry = &carry{key: key, b: b}
	u.pieces = append(u.pieces, &p)
	return true
}

// prepare re-emits types of earlier cells that get methods here, and the methods
// of types that are redefined here.
func (u *unit) prepare(view *scope) {
	u.skipRepeated(view)
	for _, p := range slices.Clone(u.pieces) {
		if p.kind == methodPiece {
			u.carryType(p.recv, view)
		}
	}
	for _, p := range slices.Clone(u.pieces) {
		if p.kind == typePiece {
			u.carryMethods(p.names[0].name, view)
		}
	}
}

// skipRepeated drops types that are written as they are in the session already,
// with those of their methods that are: running a cell again changes nothing.
func (u *unit) skipRepeated(view *scope) {
	same := func(p *piece, former *piece) bool { return former != nil && p.text() == former.text() }
	changed := map[string]bool{}
	for _, p := range u.pieces {
		b := view.names[p.typeName()]
		switch {
		case p.kind == typePiece && (b == nil || b.obj == nil || !same(p, b.decl)):
			changed[p.typeName()] = true
		case p.kind == methodPiece && (b == nil || b.obj == nil || !same(p, b.methods[p.names[0].name])):
			changed[p.typeName()] = true
		}
	}
	u.pieces = slices.DeleteFunc(u.pieces, func(p *piece) bool {
		return p.typeName() != "" && !changed[p.typeName()]
	})
}

// typeName returns the name of the type that p declares or gives a method.
func (p *piece) typeName() string {
	switch p.kind {
	case typePiece:
		return p.names[0].name
	case methodPiece:
		return p.recv
	}
	return ""
}

func (p *piece) text() string { return p.src.text[p.off:p.end] }

// carryType re-emits the type name of the session with its methods.
func (u *unit) carryType(name string, view *scope) bool {
	b := view.names[name]
	if b == nil || b.decl == nil || b.decl.kind != typePiece || u.declared()[name] != nil {
		return false
	}
	if !u.carryPiece(name, b, b.decl) {
		return false
	}
	u.carryMethods(name, view)
	return true
}

// carryMethods re-emits those methods of a type that the unit does not declare.
func (u *unit) carryMethods(name string, view *scope) {
	b := view.names[name]
	if b == nil {
		return
	}
	for _, method := range slices.Sorted(maps.Keys(b.methods)) {
		if !u.declaresMethod(name, method) {
			u.carryPiece(name+"."+method, b, b.methods[method])
		}
	}
}

func (u *unit) declaresMethod(typ, method string) bool {
	return slices.ContainsFunc(u.pieces, func(p *piece) bool {
		return p.kind == methodPiece && p.recv == typ && p.names[0].name == method
	})
}

// dropCarried leaves out re-emitted pieces that do not compile any more.
func (c *checked) dropCarried() bool {
	dropped := false
	kept := c.errs[:0]
	for _, e := range c.errs {
		if e.piece == nil || e.piece.carry == nil {
			kept = append(kept, e)
			continue
		}
		c.unit.exclude(e.piece, e.message)
		dropped = true
	}
	c.errs = kept
	return dropped
}

// exclude takes a re-emitted piece out of the unit and tells the user.
func (u *unit) exclude(p *piece, why string) {
	key := p.carry.key
	if u.excluded[key] {
		return
	}
	if u.excluded == nil {
		u.excluded = map[string]bool{}
	}
	u.excluded[key] = true
	u.pieces = slices.DeleteFunc(u.pieces, func(q *piece) bool { return q == p })
	switch {
	case p.kind == sharePiece:
		u.drop(key, why)
	case p.kind == methodPiece:
		u.notes = append(u.notes, fmt.Sprintf("method %s is gone: it does not fit the new %s (%s)", key, p.recv, tidy(why)))
	case !p.carry.b.stale:
		u.notes = append(u.notes, fmt.Sprintf("%s (%s) keeps the former definitions: it does not compile with the new ones (%s)",
			key, p.src.name, tidy(why)))
	}
}

// drop notes that a variable is gone.
func (u *unit) drop(name, why string) {
	if u.dropped == nil {
		u.dropped = map[string]string{}
	}
	if u.dropped[name] == "" {
		u.dropped[name] = why
		u.notes = append(u.notes, fmt.Sprintf("variable %s was dropped: %s", name, why))
	}
}

// grow re-emits what depends on names that the unit changes. It reports whether
// anything was added.
func (c *checked) grow(view *scope) bool {
	changed := c.changed(view)
	if len(changed) == 0 {
		return false
	}
	declared := c.unit.declared()
	grown := c.compareLayouts()
	for _, name := range view.list() {
		b := view.names[name]
		if b.obj == nil || declared[name] != nil || c.unit.excluded[name] {
			continue
		}
		switch b.obj.(type) {
		case *types.Var:
			grown = c.carryVariable(name, b, changed, view) || grown
		case *types.TypeName:
			grown = usesAny(b, changed) && c.unit.carryType(name, view) || grown
		default:
			grown = usesAny(b, changed) && c.unit.carryPiece(name, b, b.decl) || grown
		}
	}
	return grown
}

func usesAny(b *binding, changed map[string]types.Object) bool {
	for name := range changed {
		if b.uses[name] {
			return true
		}
	}
	return false
}

// changed returns the former objects of the names that the unit gives another
// meaning: not those of variables and functions whose type stays, since earlier
// code uses the new ones through the same storage or code.
func (c *checked) changed(view *scope) map[string]types.Object {
	changed := map[string]types.Object{}
	for name := range c.unit.declared() {
		former, now := view.object(name), c.pkg.Scope().Lookup(name)
		if former == nil || now == nil || former.Pkg() == c.pkg || now.Type() == types.Typ[types.Invalid] {
			continue
		}
		if !sameMeaning(former, now) {
			changed[name] = former
		}
	}
	return changed
}

func sameMeaning(former, now types.Object) bool {
	switch now := now.(type) {
	case *types.Var:
		_, ok := former.(*types.Var)
		return ok && types.Identical(former.Type(), now.Type())
	case *types.Func:
		_, ok := former.(*types.Func)
		return ok && now.Signature().TypeParams() == nil && types.Identical(former.Type(), now.Type())
	case *types.Const:
		c, ok := former.(*types.Const)
		return ok && types.Identical(c.Type(), now.Type()) && c.Val().ExactString() == now.Val().ExactString()
	}
	return false
}

// carryVariable gives a variable whose type mentions a changed type the new
// type, or drops it if that cannot be written.
func (c *checked) carryVariable(name string, b *binding, changed map[string]types.Object, view *scope) bool {
	old := map[types.Object]bool{}
	for _, obj := range changed {
		if _, ok := obj.(*types.TypeName); ok {
			old[obj] = true
		}
	}
	w := typeWriter{u: c.unit, view: view, changed: old}
	text := types.TypeString(b.obj.Type(), w.qualify)
	w.visit(b.obj.Type())
	if !w.found || c.unit.dropped[name] != "" {
		return false
	}
	if w.foreign != "" {
		c.unit.drop(name, fmt.Sprintf("its type %s uses the former %s", typeText(b.obj.Type()), w.foreign))
		return true
	}
	p := &piece{kind: sharePiece, src: &source{}, names: []ident{{name: name}}, mentions: w.names,
		carry: &carry{key: name, b: b, typ: text}}
	c.unit.pieces = append(c.unit.pieces, p)
	return true
}

// compareLayouts drops variables whose new type lies otherwise in memory.
func (c *checked) compareLayouts() bool {
	dropped := false
	for _, p := range slices.Clone(c.unit.pieces) {
		if p.kind != sharePiece {
			continue
		}
		former, now := p.carry.b.obj, c.pkg.Scope().Lookup(p.names[0].name)
		if now != nil && !sameLayout(former.Type(), now.Type()) {
			c.unit.exclude(p, fmt.Sprintf("its type %s was redefined with another layout", typeText(former.Type())))
			dropped = true
		}
	}
	return dropped
}

// typeWriter writes a type of an earlier cell as source for this one.
type typeWriter struct {
	u       *unit
	view    *scope
	changed map[types.Object]bool // former types that the cell redefines
	names   map[string]bool       // cell types mentioned
	found   bool                  // one of them is in changed
	foreign string                // a type that cannot be written
	seen    map[types.Type]bool
}

func (w *typeWriter) qualify(pkg *types.Package) string {
	if pkg.Path() == cellPath {
		return ""
	}
	if w.u.aliases == nil {
		w.u.aliases = map[string]string{}
	}
	if w.u.aliases[pkg.Path()] == "" {
		w.u.aliases[pkg.Path()] = fmt.Sprintf("ˑ%s%d", pkg.Name(), len(w.u.aliases))
	}
	return w.u.aliases[pkg.Path()]
}

// visit looks for changed types, and for types that no source can name.
func (w *typeWriter) visit(t types.Type) {
	if w.seen[t] {
		return
	}
	if w.seen == nil {
		w.seen, w.names = map[types.Type]bool{}, map[string]bool{}
	}
	w.seen[t] = true
	if obj := typeName(t); obj != nil {
		w.name(obj)
	}
	if named, ok := t.(*types.Named); ok {
		for i := range named.TypeArgs().Len() {
			w.visit(named.TypeArgs().At(i))
		}
		return
	}
	eachPart(t, w.visit)
}

func (w *typeWriter) name(obj *types.TypeName) {
	switch {
	case obj.Pkg() == nil:
	case obj.Pkg().Path() != cellPath:
		if !obj.Exported() || obj.Parent() != obj.Pkg().Scope() {
			w.foreign = obj.Name()
		}
	case w.changed[obj]:
		w.found = true
		w.names[obj.Name()] = true
	case w.view.object(obj.Name()) != obj:
		w.foreign = obj.Name()
	default:
		w.names[obj.Name()] = true
	}
}

func typeName(t types.Type) *types.TypeName {
	switch t := t.(type) {
	case *types.Named:
		return t.Obj()
	case *types.Alias:
		return t.Obj()
	}
	return nil
}

// eachPart calls f with the types that t is made of.
func eachPart(t types.Type, f func(types.Type)) {
	switch t := t.(type) {
	case *types.Alias:
		f(types.Unalias(t))
	case *types.Pointer:
		f(t.Elem())
	case *types.Slice:
		f(t.Elem())
	case *types.Array:
		f(t.Elem())
	case *types.Chan:
		f(t.Elem())
	case *types.Map:
		f(t.Key())
		f(t.Elem())
	case *types.Struct:
		for field := range t.Fields() {
			f(field.Type())
		}
	case *types.Signature:
		f(t.Params())
		f(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			f(v.Type())
		}
	case *types.Interface:
		for m := range t.Methods() {
			f(m.Type())
		}
	}
}

// usedNames returns the session names that the piece p of c mentions.
func (c *checked) usedNames(p *piece) map[string]bool {
	used := map[string]bool{}
	base := int(c.file.FileStart)
	for _, d := range c.file.Decls {
		if off := int(d.Pos()) - base; off < p.gen[0] || off >= p.gen[1] {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && fromCell(c.info.Uses[id]) {
				used[id.Name] = true
			}
			return true
		})
	}
	return used
}

// tidy shortens a message for use inside a note.
func tidy(message string) string {
	line, _, _ := strings.Cut(message, "\n")
	return line
}
