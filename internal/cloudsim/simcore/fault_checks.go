package simcore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// wildcard stands for every service, and for every operation.
const wildcard = "*"

func every(name string) bool { return name == "" || name == wildcard }

func (f *Fault) concerns(service, operation string) bool {
	return (every(f.Service) || f.Service == service) && (every(f.Operation) || f.Operation == operation)
}

// checkKnown refuses services and operations that there are not.
func (f *Faults) checkKnown(target Fault) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.checkTarget(target)
}

func (f *Faults) checkTarget(fault Fault) error {
	known, services, kind := f.operations, "service", "operation"
	if fault.Kind == KindLROFailed {
		known, services, kind = f.longRunning, "service with long-running operations", "long-running operation"
	}
	operations, found := known[fault.Service]
	if every(fault.Service) {
		operations, found = slices.Concat(slices.Collect(maps.Values(known))...), len(known) > 0
	}
	if !found {
		return unknown(services, fault.Service, append(slices.Collect(maps.Keys(known)), wildcard))
	}
	if !every(fault.Operation) && !slices.Contains(operations, fault.Operation) {
		return unknown(kind+" of "+cmp.Or(fault.Service, wildcard), fault.Operation, append([]string{wildcard}, operations...))
	}
	return nil
}

func (f *Fault) checkKind() error {
	if !slices.Contains(kinds, f.Kind) {
		var names []string
		for _, kind := range kinds {
			names = append(names, string(kind))
		}
		return unknown("kind", string(f.Kind), names)
	}
	if err := f.checkMembers(); err != nil {
		return err
	}
	// Less than 200 is no answer yet.
	isStatus := f.Code >= http.StatusOK && http.StatusText(f.Code) != ""
	if f.Kind == KindStatus && !isStatus || f.Kind == KindReplaced && f.Code != 0 && !isStatus {
		return fmt.Errorf(`a fault of the kind %q needs an HTTP status from 200 on as "code", got %d`, f.Kind, f.Code)
	}
	for member, wait := range map[string]*int{"retry_after": f.RetryAfter, "retry_after_ms": f.RetryAfterMilliseconds} {
		if wait != nil && *wait < 0 {
			return fmt.Errorf("%q is not negative, got %d", member, *wait)
		}
	}
	if (f.Kind == KindReplaced || f.Kind == KindEdited) && f.Body == nil {
		return fmt.Errorf(`a fault of the kind %q needs a "body"`, f.Kind)
	}
	if members := map[string]json.RawMessage(nil); f.Kind == KindEdited && json.Unmarshal(f.Body, &members) == nil && members != nil && len(members) == 0 {
		return fmt.Errorf(`a fault of the kind %q with the "body" {} changes nothing`, f.Kind)
	}
	if f.Kind == KindDelay {
		d, err := parseLength("delay", f.Delay)
		if err == nil && d == 0 {
			err = fmt.Errorf(`a fault of the kind %q with the "delay" %q changes nothing`, f.Kind, f.Delay)
		}
		return err
	}
	return nil
}

// membersOf are those that only the faults of some kinds use.
var membersOf = map[Kind][]string{
	KindStatus:    {"code", "body", "retry_after", "retry_after_ms"},
	KindReplaced:  {"code", "body", "retry_after", "retry_after_ms"},
	KindEdited:    {"body"},
	KindDelay:     {"delay"},
	KindLROFailed: {"error_code", "message"},
}

// checkMembers refuses those that a fault of the kind would ignore: who gives one
// expects something that would not happen.
func (f *Fault) checkMembers() error {
	takes := membersOf[f.Kind]
	for _, member := range []struct {
		name  string
		given bool
	}{
		{"code", f.Code != 0}, {"body", f.Body != nil}, {"retry_after", f.RetryAfter != nil}, {"retry_after_ms", f.RetryAfterMilliseconds != nil},
		{"delay", f.Delay != ""}, {"error_code", f.ErrorCode != ""}, {"message", f.Message != ""},
	} {
		if !member.given || slices.Contains(takes, member.name) {
			continue
		}
		hint := ""
		if slices.Contains(takes, "code") && (member.name == "error_code" || member.name == "message") {
			hint = `; give the service's whole error as "body"`
		}
		all := slices.Sorted(slices.Values(append([]string{"service", "operation", "kind", "skip", "every", "times"}, takes...)))
		return fmt.Errorf(`a fault of the kind %q has no use for %q, it takes: %s%s`, f.Kind, member.name, strings.Join(all, ", "), hint)
	}
	return nil
}

// unknown refuses a name, and lists those that there are.
func unknown(kind, name string, known []string) error {
	slices.Sort(known)
	known = slices.Compact(known)
	return fmt.Errorf("no %s %q, there are: %s", kind, name, strings.Join(known, ", "))
}

// parseLength reads a length of time, which is not negative.
func parseLength(member, text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf(`%q has to be a length of time such as "1.5s", "10m" or "1h30m", got %q`, member, text)
	}
	return d, nil
}
