package weights

// dict is a Python dict or OrderedDict. Keys keep their order; those that are
// neither strings nor integers are kept but never found.
type dict struct {
	keys, values []any
	index        map[any]int
}

func newDict() *dict { return &dict{index: map[any]int{}} }

func (d *dict) set(key, value any) {
	switch key.(type) {
	case string, int64:
		if i, ok := d.index[key]; ok {
			d.values[i] = value
			return
		}
		d.index[key] = len(d.keys)
	}
	d.keys = append(d.keys, key)
	d.values = append(d.values, value)
}

func (d *dict) get(key any) any {
	if i, ok := d.index[key]; ok {
		return d.values[i]
	}
	return nil
}

// each calls visit for every string key, in order.
func (d *dict) each(visit func(key string, value any)) {
	for i, k := range d.keys {
		if s, ok := k.(string); ok {
			visit(s, d.values[i])
		}
	}
}
