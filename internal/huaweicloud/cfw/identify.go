package cfw

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// ErrNotListed says that the list shows no task that a posting can have made.
var ErrNotListed = errors.New("no new task with its name and parameters was listed in time")

var (
	errSeveralFit = errors.New("more than one new task fits")
	errUndated    = errors.New("whether it was made by this request cannot be told from its date, so it may be somebody else's")
)

// Resolve looks for the task of a posting, for as long as it may take to be
// listed. The error is ErrNotListed if there is none, so that nothing was made
// unless the service confirmed it or the posting is not complete, and *UnconfirmedError if it cannot be told.
func (c *Client) Resolve(ctx context.Context, firewall Firewall, posted Posting, onProgress ProgressFunc) (Captured, error) {
	firewall = c.complete(firewall)
	search := search{posted: posted, patience: posted.listedBy(c.pace.VisibleWithin).Sub(c.clock.Now())}
	err := c.search(ctx, firewall, &search, onProgress)
	switch {
	case errors.Is(err, ErrNotListed):
		return Captured{}, err
	case err != nil:
		return Captured{}, &UnconfirmedError{FirewallID: firewall.ID, Posting: posted, Candidates: search.candidates, Cause: err}
	case posted.Accepted:
		return c.captured(firewall, search.candidates[0], posted, nil), nil
	}
	return c.captured(firewall, search.candidates[0], posted, errNoAnswerThen), nil
}

// errNoAnswerThen is what an earlier run got instead of an answer.
var errNoAnswerThen = errors.New("the run that posted it got no answer")

// identify looks for the task that was just posted until it is listed. lost is
// set when the answer did not arrive.
func (c *Client) identify(ctx context.Context, firewall Firewall, posted Posting, lost *huaweicloud.LostAnswerError, onProgress ProgressFunc) (Captured, error) {
	posted.Accepted = lost == nil
	search := search{posted: posted, patience: c.pace.VisibleWithin, accepted: posted.Accepted}
	if lost != nil || posted.Until.Sub(posted.From) > longPost {
		search.settle = c.pace.Settle
	}
	err := c.search(ctx, firewall, &search, onProgress)
	if err != nil && ctx.Err() != nil {
		// The capture may be running. Its id is worth a few more seconds.
		detached, cancel := wait.Detached(ctx, c.pace.AfterInterrupt)
		defer cancel()
		search.patience = c.pace.AfterInterrupt
		err = c.search(detached, firewall, &search, onProgress)
	}
	switch {
	case err == nil && lost == nil:
		return c.captured(firewall, search.candidates[0], posted, nil), nil
	case err == nil:
		return c.captured(firewall, search.candidates[0], posted, lost), nil
	case lost != nil:
		err = fmt.Errorf("%w; %w", err, lost)
	}
	return Captured{}, &UnconfirmedError{FirewallID: firewall.ID, Posting: posted, Candidates: search.candidates, Cause: err}
}

// longPost is how long a post takes at least in which somebody else's may have
// come first.
const longPost = 3 * time.Second

// search is a look for the task of a posting.
type search struct {
	posted   Posting
	patience time.Duration
	// settle is for how long a second task that fits is waited for.
	settle time.Duration
	// accepted says that the service confirmed the post.
	accepted bool
	// candidates are the new tasks that may be the posted one.
	candidates []Task

	misses  int
	foundAt time.Time
}

// search polls the list for at most the search's patience, until it shows one
// task that is the posted one; several that may be are an error. No failure of
// a look ends it: the capture may be running whatever the list call says.
func (c *Client) search(ctx context.Context, firewall Firewall, s *search, onProgress ProgressFunc) error {
	deadline := c.clock.Now().Add(s.patience)
	what := fmt.Sprintf("the new capture %q to be listed", s.posted.Request.Name)
	return c.poll(ctx, what, onProgress, func(ctx context.Context, _ time.Duration) (wait.Progress, error) {
		// A list that came late may still be from early on.
		late := !c.clock.Now().Before(deadline)
		listed, err := c.freshListing(ctx, firewall)
		if err != nil {
			if late {
				// As text: wrapped, a passing failure would keep the search going.
				return wait.Progress{}, fmt.Errorf("the last look failed: %s", err.Error())
			}
			return wait.Progress{}, wait.Transient(err)
		}
		return s.judge(c, firewall, listed, late)
	})
}

// judge says what a listing means for the search.
func (s *search) judge(c *Client, firewall Firewall, listed listing, late bool) (wait.Progress, error) {
	found := s.sort(c, firewall, listed)
	certain, possible := len(found[ours]), len(found[ours])+len(found[undated])
	now := c.clock.Now()
	switch {
	case possible > 1:
		return wait.Progress{}, errSeveralFit
	case certain == 1:
		s.candidates = found[ours]
		if s.foundAt.IsZero() {
			s.foundAt = now
		}
		return wait.Progress{Done: now.Sub(s.foundAt) >= s.settle, State: "listed; whether another one fits is seen in a moment"}, nil
	case len(s.candidates) == 1 && possible == 1 && late && s.accepted:
		// It was made for certain, and must be listed by now; this one's date
		// does not speak against it.
		return wait.Progress{Done: true}, nil
	case len(s.candidates) > 0 && late:
		return wait.Progress{}, errUndated
	case len(s.candidates) > 0:
		return wait.Progress{State: "one is listed that may be somebody else's"}, nil
	}
	if s.misses++; late && s.misses > 1 {
		return wait.Progress{}, ErrNotListed
	}
	return wait.Progress{State: "not listed yet"}, nil
}

// sort finds the tasks that can be the posted one, by what their dates say.
func (s *search) sort(c *Client, firewall Firewall, listed listing) map[verdict][]Task {
	s.candidates = nil
	found := map[verdict][]Task{}
	for _, task := range listed.tasks {
		if names(s.posted.Before, task.ID) || task.Deleted || !s.posted.Request.matches(task) {
			continue
		}
		of, zone := s.posted.judge(task, listed.servedAt)
		if of == others {
			continue
		}
		found[of] = append(found[of], task)
		s.candidates = append(s.candidates, task)
		if of == ours {
			c.learnZone(firewall.Region, zone)
		}
	}
	return found
}
