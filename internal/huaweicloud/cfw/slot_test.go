package cfw

import (
	"context"
	"errors"
	"testing"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
)

// TestASlotThatIsHeldTooLongIsNotWaitedFor has a task hold the slot, for ten
// minutes or ten hours, while a create may wait for an hour.
func TestASlotThatIsHeldTooLongIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		holder  string
		minutes int
		// deletedAfter is when somebody deletes it; zero is never.
		deletedAfter time.Duration
		refused      bool
	}{
		"the same name, too long":          {"mine", 600, 0, true},
		"the same name, not too long":      {"mine", 10, 0, false},
		"the same name, deleted meanwhile": {"mine", 600, 20 * time.Second, false},
		"another name":                     {"somebody's", 600, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			began := h.Clock.Now()
			id := h.CFW.AddTask(simcfw.Seed{Name: test.holder, CreatedAt: began.Add(-time.Minute), DurationInMinutes: test.minutes})
			h.whenWaiting(func(time.Duration) {
				if test.deletedAfter > 0 && h.Clock.Now().Sub(began) > test.deletedAfter {
					h.CFW.Delete(id)
				}
			})
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			_, err := h.client.Capture(ctx, h.firewall, example("mine"), nil)
			if errors.As(err, new(*SlotHeldError)) != test.refused || !test.refused && err != nil {
				t.Fatalf("got %v", err)
			}
			if !test.refused {
				return
			}
			wantMentioned(t, err, id, `"mine"`, "same name", "more minutes", h.firewall.ID)
			h.wantCalls(t, map[string]int{"CreateCaptureTask": 0})
			if passed := h.Clock.Now().Sub(began); passed > time.Minute {
				t.Errorf("said after %s", passed)
			}
		})
	}
}
