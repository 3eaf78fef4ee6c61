package repl

import "errors"

// openSession starts the session that the front end serves.
func openSession(Options) (engine, error) {
	return nil, errors.New("repl: sessions are not built yet")
}
