package arm

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// The session states and stop reasons that live sessions were seen in.
const (
	statusNotStarted = "NotStarted"
	statusRunning    = "Running"
	statusStopped    = "Stopped"

	stopReasonManual       = "Manual"
	stopReasonTimeExceeded = "TimeExceeded"
	stopReasonError        = "Error"
)

// timeFormat has the seven fraction digits of the service's times.
const timeFormat = "2006-01-02T15:04:05.0000000Z"

// ending is how and when a session ended.
type ending struct {
	at     time.Time
	reason string
	errors []string
}

func (c *capture) end(at time.Time, reason string, errors ...string) {
	c.ended = &ending{at: at, reason: reason, errors: errors}
}

// endSession ends a session now, unless it has ended before.
func (s *Service) endSession(c *capture, reason string, errors ...string) {
	now := s.core.Clock.Now()
	if end := s.ending(c); end == nil || now.Before(end.at) {
		c.end(now, reason, errors...)
	}
}

// ending returns how the session ended or will end, nil if it runs on.
func (s *Service) ending(c *capture) *ending {
	if c.ended != nil {
		return c.ended
	}
	end := s.timeLimit(c)
	rate := int64(s.switches.Int(SwitchTraffic))
	if limit := c.properties.TotalBytesPerSession; rate > 0 && limit != nil && *limit > 0 {
		full := c.startsAt.Add(time.Duration(float64(*limit) / float64(rate) * float64(time.Second)))
		if end == nil || full.Before(end.at) {
			return &ending{at: full, reason: s.switches.Get(SwitchByteCapReason)}
		}
	}
	return end
}

func (s *Service) timeLimit(c *capture) *ending {
	limit := c.properties.TimeLimitInSeconds
	if continuous := c.properties.ContinuousCapture; continuous != nil {
		if *continuous && s.switches.Get(SwitchContinuousEnd) == endsNever {
			return nil
		}
		session := int64(defaultSessionTimeLimit)
		if settings := c.properties.CaptureSettings; settings != nil && settings.SessionTimeLimitInSeconds != nil {
			session = *settings.SessionTimeLimitInSeconds
		}
		limit = &session
	}
	if limit == nil {
		return nil
	}
	seconds := *limit
	if seconds == 0 && s.switches.Get(SwitchZeroTimeLimit) == "default" {
		seconds = defaultTimeLimit
	}
	return &ending{at: c.startsAt.Add(time.Duration(seconds) * time.Second), reason: stopReasonTimeExceeded}
}

// status computes the session's state from the clock.
func (s *Service) status(c *capture) statusBody {
	now := s.core.Clock.Now()
	body := statusBody{Name: c.name, ID: s.casing(c.id(), c.id()), Errors: []string{}}
	if s.switches.On(SwitchUndocumentedMembers) {
		body.Undocumented = undocumentedValue
	}
	if !now.Before(c.startsAt) {
		body.StartTime = c.startsAt.Format(timeFormat)
	}
	missing, alive := c.instances()
	end := s.ending(c)
	switch {
	case end != nil && !now.Before(end.at.Add(s.storageDelay(end))):
		body.Status, body.StopReason = statusStopped, end.reason
		body.Errors = append(body.Errors, end.errors...)
	case now.Before(c.startsAt):
		body.Status = statusNotStarted
		return body
	case !alive:
		body.Status = statusStopped
	default:
		body.Status = statusRunning
	}
	body.Errors = append(body.Errors, missing...)
	if c.machine.scaleSet && s.dropsStopReason(len(missing) > 0) {
		body.StopReason = ""
	}
	return body
}

// storageDelay is the time for which an ended session still shows Running.
func (s *Service) storageDelay(end *ending) time.Duration {
	if end.reason == stopReasonError {
		return 0
	}
	return s.switches.Duration(SwitchStorageDelay)
}

func (s *Service) dropsStopReason(hasErrors bool) bool {
	switch s.switches.Get(SwitchScaleSetStopReason) {
	case absentWithErrors:
		return hasErrors
	case "present":
		return false
	default:
		return true
	}
}

// instances returns the sentences about the instances of a scale set that
// cannot be captured, and whether any machine can.
func (c *capture) instances() (missing []string, alive bool) {
	if !c.machine.scaleSet {
		return nil, true
	}
	prefix := c.machine.id + instanceSegment
	wanted := slices.Clone(c.properties.Scope.Include)
	if len(wanted) == 0 {
		for _, instance := range slices.Sorted(maps.Keys(c.machine.instances)) {
			wanted = append(wanted, prefix+instance)
		}
	}
	for _, id := range wanted {
		instance := instanceID(id)
		if slices.ContainsFunc(c.properties.Scope.Exclude, func(excluded string) bool { return instanceID(excluded) == instance }) {
			continue
		}
		if c.machine.instances[instance] {
			alive = true
			continue
		}
		missing = append(missing, prefix+instance+" does not exist or is in stopped state.")
	}
	return missing, alive
}

// queryStatus answers 202 with the status while the session runs and 200 when
// it has ended. It writes: the capture gets the query's id and a new etag.
func (s *Service) queryStatus(c *call) *refusal {
	found, refused := s.captureOf(c)
	if refused != nil {
		return refused
	}
	found.properties.LastOperationID = c.requestID
	found.watcher.etag = newETag()
	status := s.status(found)
	failure := operationFailure(c)
	if status.Status == statusStopped && failure == nil {
		c.answer(http.StatusOK, status)
		return nil
	}
	started := s.start(c, found, failure, func(o *operation) {
		o.body = s.status(o.capture)
	})
	started.announceLocation(c)
	s.announceRetry(c)
	if !s.switches.On(SwitchStatusIn202) {
		c.w.WriteHeader(http.StatusAccepted)
		return nil
	}
	c.answer(http.StatusAccepted, status)
	return nil
}
