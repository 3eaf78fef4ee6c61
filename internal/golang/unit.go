package golang

import (
	"maps"
	"slices"
)

// unit is a part of a cell that becomes one Go package. Most cells are one
// unit; a name that is defined again after it was used begins a new one, so that
// what stands before still means the earlier definition.
type unit struct {
	id     string  // package name: unique, so that messages can tell types of the same name apart
	src    *source // of a cell that is not registered: one still being written
	pieces []*piece

	imports  map[string]string // name to path, of session and automatic imports
	dots     []string          // paths of the session's dot imports
	auto     map[string]bool   // of these, the automatic ones
	aliases  map[string]string // path to name, of imports that only re-emitted variables need
	excluded map[string]bool   // keys of re-emitted pieces that no longer compile
	dropped  map[string]string // variables that are gone, with the reason
	notes    []string
}

// declared returns the package-level names of the unit with their pieces.
func (u *unit) declared() map[string]*piece {
	names := map[string]*piece{}
	for _, p := range u.pieces {
		if p.kind == methodPiece || p.kind == importPiece {
			continue
		}
		for i, id := range p.names {
			if p.temp {
				names[p.numbered(tempName, i)] = p
			} else if id.name != "_" && id.name != "init" && !p.reused[id.name] {
				names[id.name] = p
			}
		}
	}
	return names
}

// divide groups the pieces of a cell into units. known reports whether a name
// stands for something in the session.
func divide(pieces []*piece, known func(string) bool) []*unit {
	d := &divider{known: known, current: &unit{}}
	d.reset()
	for _, p := range pieces {
		d.add(p)
	}
	d.units = append(d.units, d.current)
	hoist(d.units, known)
	return d.units
}

type divider struct {
	known    func(string) bool
	units    []*unit
	current  *unit
	declared map[string]pieceKind // by the current unit so far
	earlier  map[string]bool      // by the units before it
	used     map[string]bool      // by what the current unit runs so far
}

func (d *divider) reset() {
	d.declared, d.used = map[string]pieceKind{}, map[string]bool{}
	if d.earlier == nil {
		d.earlier = map[string]bool{}
	}
}

// next begins a new unit.
func (d *divider) next() {
	for name := range d.declared {
		d.earlier[name] = true
	}
	d.units = append(d.units, d.current)
	d.current = &unit{}
	d.reset()
}

func (d *divider) add(p *piece) {
	if p.kind == varPiece || p.kind == definePiece {
		p = d.define(p)
	}
	if !p.kind.declares() {
		maps.Copy(d.used, p.mentions)
	}
	if p.kind != methodPiece {
		for _, id := range p.names {
			d.declared[id.name] = p.kind
		}
	}
	d.current.pieces = append(d.current.pieces, p)
}

// define places a piece that gives variables values: in a new unit if it
// redefines a name that the current unit has defined or used. A right side that
// mentions the name is evaluated before, into temporaries.
func (d *divider) define(p *piece) *piece {
	fresh, again, reads, used := 0, map[string]bool{}, false, false
	for _, id := range p.names {
		kind, defined := d.declared[id.name]
		variable := kind == varPiece || kind == definePiece
		switch {
		case id.name == "_":
			continue
		case defined && variable && p.kind == definePiece:
			again[id.name] = true
		case defined:
			used = true
		default:
			fresh++
		}
		if d.known(id.name) || d.earlier[id.name] {
			used = used || d.used[id.name]
		}
		if d.known(id.name) || d.earlier[id.name] || defined {
			reads = reads || p.rightMentions(id.name)
		} else if p.kind == definePiece && packageNamed(id.name) != "" {
			reads = reads || p.rightMentions(id.name) // url := url.Parse(s)
		}
	}
	if fresh > 0 && !used && len(again) > 0 {
		p.reused = again
		return p
	}
	if reads {
		p.temp = true
		d.current.pieces = append(d.current.pieces, p)
		d.next()
		q := &piece{kind: p.kind, src: p.src, off: p.off, end: p.end, names: p.names,
			typeOff: p.typeOff, typeEnd: p.typeEnd, from: p, mentions: map[string]bool{}}
		for i := range p.names {
			q.mentions[p.numbered(tempName, i)] = true
		}
		return q
	}
	if used || len(again) > 0 {
		d.next()
	}
	return p
}

// rightMentions reports whether the right side of p uses name.
func (p *piece) rightMentions(name string) bool {
	if p.rhsOff == 0 || !p.mentions[name] {
		return false
	}
	list, _ := lex(p.src.text[p.rhsOff:p.end])
	return mentions(list)[name]
}

// hoist moves imports, functions, types and constants of later units to the first one,
// as far as they do not depend on variables that only later units have: the
// statements of a cell may use functions that stand below them.
func hoist(units []*unit, known func(string) bool) {
	if len(units) == 1 {
		return
	}
	first := units[0].declared()
	late := map[string]bool{}
	for _, u := range units[1:] {
		for name, p := range u.declared() {
			if !p.kind.declares() && first[name] == nil && !known(name) {
				late[name] = true
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, u := range units[1:] {
			for _, p := range u.pieces {
				if p.kind.declares() && p.kind != methodPiece && mentionsAny(p, late) && !late[p.names[0].name] {
					late[p.names[0].name] = true
					changed = true
				}
			}
		}
	}
	for _, u := range units[1:] {
		u.pieces = slices.DeleteFunc(u.pieces, func(p *piece) bool {
			if p.kind != importPiece && (!p.kind.declares() || mentionsAny(p, late) || late[p.recv]) {
				return false
			}
			units[0].pieces = append(units[0].pieces, p)
			return true
		})
	}
}

func mentionsAny(p *piece, names map[string]bool) bool {
	for name := range names {
		if p.mentions[name] {
			return true
		}
	}
	return false
}
