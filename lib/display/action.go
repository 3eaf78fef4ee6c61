package display

// Action is something that a person can do, with a key, to what a live display
// shows: pause a fit, stop it, change its learning rate. A front end with keys offers
// the actions of a bundle beside it and does what was chosen; every other one leaves
// them alone. What came of an action is on the display itself, for all to see.
type Action struct {
	Key   string // one printable character, such as "p"; empty for what has no key
	Label string // a word or two beside the key, such as "pause"
	Help  string // a sentence for the page of all keys
	// Ask is what the user is asked for before, with the value as it is, such as
	// "learning rate, now 0.001"; empty for an action that wants nothing.
	Ask string
	// Ends says that the action ends what the display shows so that nothing is lost; a
	// front end does it before it leaves.
	Ends bool
	// Do does it with the answer, empty if nothing was asked, and returns at once. said
	// is a few words on what will happen now; an error tells the remedy and changes
	// nothing. It may be called from any goroutine, also when the display is over.
	Do func(answer string) (said string, err error)
}

// Action returns the action of a key; ok is false if there is none.
func (b Bundle) Action(key string) (a Action, ok bool) {
	for _, a := range b.Actions {
		if a.Key == key && key != "" {
			return a, true
		}
	}
	return Action{}, false
}
