package registry

// Text is one value that a string argument may have, for completion.
type Text struct {
	Text   string
	Detail string // shown beside it; may be empty
}

// argument is one argument, counted from 0, of the function of a package.
type argument struct {
	path, name string
	arg        int
}

var texts = map[argument]func() []Text{}

// RegisterTexts gives the values that the argument arg, from 0, of the function
// name of the package path may have, for example the networks that a constructor
// knows by name. list is called for each completion.
func RegisterTexts(path, name string, arg int, list func() []Text) {
	mu.Lock()
	defer mu.Unlock()
	texts[argument{path, name, arg}] = list
}

// Texts returns what RegisterTexts was given for an argument, or nil.
func Texts(path, name string, arg int) []Text {
	mu.RLock()
	list := texts[argument{path, name, arg}]
	mu.RUnlock()
	if list == nil {
		return nil
	}
	return list()
}
