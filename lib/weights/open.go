package weights

import "errors"

// Option adjusts [Open].
type Option func(*settings)

type settings struct {
	dict string
	ema  bool
}

// Dict takes the dictionary at the given key path of a wrapped checkpoint, such
// as "model_ema" or "model.state_dict", instead of the one Open would choose.
func Dict(path string) Option { return func(s *settings) { s.dict = path } }

// EMA prefers the exponential moving average of the weights where a checkpoint
// has both. The default is the weights as trained.
func EMA() Option { return func(s *settings) { s.ema = true } }

// Open recognises the file at path by its content and reads its table of
// contents; values are read by [File.Tensor].
func Open(path string, opts ...Option) (*File, error) {
	return nil, errors.New("weights: reader not built yet")
}
