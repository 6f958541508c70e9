package simcore

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Switch is one behaviour that is not known of the real service, or that
// differs between its installations.
type Switch struct {
	Name string `json:"name"`
	// Description says what is unknown and what the values do.
	Description string `json:"description"`
	Value       string `json:"value"`
	// Allowed lists the values; empty means that any text of the kind that
	// the default shows is taken, if it is not empty.
	Allowed []string `json:"allowed,omitempty"`
	// Least and Most are the bounds of a number or of a length of time, both
	// included. Without a Least it is 0, without a Most there is none.
	Least string `json:"least,omitempty"`
	Most  string `json:"most,omitempty"`
}

// Switches is a service's set of switches.
type Switches struct {
	mu     sync.Mutex
	values []Switch
}

// NewSwitches returns the given switches; their values are the defaults.
func NewSwitches(switches ...Switch) *Switches { return &Switches{values: switches} }

// All returns the switches with their present values.
func (s *Switches) All() []Switch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.values)
}

// Set changes a switch. It fails on an unknown name or value.
func (s *Switches) Set(name, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for i := range s.values {
		item := &s.values[i]
		names = append(names, item.Name)
		if item.Name != name {
			continue
		}
		if err := item.accepts(value); err != nil {
			return err
		}
		item.Value = value
		return nil
	}
	return fmt.Errorf("no switch %q, there are: %s", name, strings.Join(names, ", "))
}

func (s *Switch) accepts(value string) error {
	if len(s.Allowed) > 0 && !slices.Contains(s.Allowed, value) {
		return fmt.Errorf("switch %q takes one of %s, got %q", s.Name, strings.Join(s.Allowed, ", "), value)
	}
	if strings.TrimSpace(value) == "" && len(s.Allowed) == 0 {
		return fmt.Errorf("switch %q takes a value like %q, got %q", s.Name, s.Value, value)
	}
	// Whole numbers first: "0" is also a duration, but "3" is none.
	for _, amount := range []func(string) (int64, error){number, length} {
		if _, err := amount(s.Value); err != nil || len(s.Allowed) > 0 {
			continue
		}
		given, err := amount(value)
		if err != nil {
			return fmt.Errorf("switch %q takes a value like %q, got %q", s.Name, s.Value, value)
		}
		least, most, err := s.bounds(amount)
		if err != nil {
			return err
		}
		if given < least || given > most {
			return fmt.Errorf("switch %q takes %s, got %q", s.Name, s.between(), value)
		}
		return nil
	}
	return nil
}

// bounds are the least and the most that the switch takes.
func (s *Switch) bounds(amount func(string) (int64, error)) (least, most int64, err error) {
	least, leastErr := amount(cmp.Or(s.Least, "0"))
	most, mostErr := int64(math.MaxInt64), error(nil)
	if s.Most != "" {
		most, mostErr = amount(s.Most)
	}
	return least, most, errors.Join(leastErr, mostErr)
}

func (s *Switch) between() string {
	least := cmp.Or(s.Least, "0")
	if s.Most == "" {
		return least + " or more"
	}
	return least + " to " + s.Most
}

func number(text string) (int64, error) {
	value, err := strconv.Atoi(text)
	return int64(value), err
}

func length(text string) (int64, error) {
	value, err := time.ParseDuration(text)
	return int64(value), err
}

// Get returns a switch's value. An unknown name is a defect of the simulator
// and panics.
func (s *Switches) Get(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, item := range s.values {
		if item.Name == name {
			return item.Value
		}
	}
	panic("simulator asks for the undeclared switch " + name)
}

// On reports whether a switch is "true".
func (s *Switches) On(name string) bool { return s.Get(name) == "true" }

// Int returns a numeric switch. Set refuses anything else.
func (s *Switches) Int(name string) int {
	value, err := strconv.Atoi(s.Get(name))
	if err != nil {
		panic(err)
	}
	return value
}

// Duration returns a switch that holds a duration. Set refuses anything else.
func (s *Switches) Duration(name string) time.Duration {
	value, err := time.ParseDuration(s.Get(name))
	if err != nil {
		panic(err)
	}
	return value
}
