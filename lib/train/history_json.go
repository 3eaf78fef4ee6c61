package train

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"

	"graft/lib/plot"
)

// plainHistory is a History without its methods.
type plainHistory History

// storedHistory is a History in JSON. Losses are bits, so that they come back as
// they were and take little space.
type storedHistory struct {
	*plainHistory
	StepLoss []byte
	Title    string
	Planned  int
	State    plot.State
	Changing bool `json:",omitempty"`
}

// MarshalJSON writes all of the history.
func (h *History) MarshalJSON() ([]byte, error) {
	s := storedHistory{plainHistory: (*plainHistory)(h), Title: h.title, Planned: h.planned, State: h.state, Changing: h.changing}
	for _, loss := range h.StepLoss {
		s.StepLoss = binary.LittleEndian.AppendUint64(s.StepLoss, math.Float64bits(loss))
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (h *History) UnmarshalJSON(raw []byte) error {
	s := storedHistory{plainHistory: (*plainHistory)(h)}
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	h.changing = s.Changing
	h.title, h.planned, h.state, h.StepLoss = s.Title, s.Planned, s.State, nil
	for b := s.StepLoss; len(b) >= 8; b = b[8:] {
		h.StepLoss = append(h.StepLoss, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return nil
}

// storedStopper is a Stopper in JSON; the best value is text, since it may be
// infinite.
type storedStopper struct {
	Patience  int     `json:"patience"`
	MinDelta  float64 `json:"min_delta"`
	Best      int     `json:"best"`
	BestValue string  `json:"best_value"`
	Waited    int     `json:"waited"`
}

// MarshalJSON writes all of the stopper.
func (s *Stopper) MarshalJSON() ([]byte, error) {
	return json.Marshal(storedStopper{s.Patience, s.MinDelta, s.Best, strconv.FormatFloat(s.BestValue, 'g', -1, 64), s.waited})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Stopper) UnmarshalJSON(raw []byte) error {
	var from storedStopper
	if err := json.Unmarshal(raw, &from); err != nil {
		return err
	}
	value, err := strconv.ParseFloat(from.BestValue, 64)
	*s = Stopper{from.Patience, from.MinDelta, from.Best, value, from.Waited}
	return err
}
