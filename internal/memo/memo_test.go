package memo_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gate is a fetch that waits until the test lets it go.
type gate struct {
	calls   atomic.Int32
	entered chan struct{}
	open    chan struct{}
}

func newGate() *gate { return &gate{entered: make(chan struct{}, 10), open: make(chan struct{})} }

func (g *gate) fetch(ctx context.Context) (int, error) {
	call := g.calls.Add(1)
	g.entered <- struct{}{}
	select {
	case <-g.open:
		return int(call), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func TestConcurrentCallersShareOneCall(t *testing.T) {
	t.Parallel()
	var m memo.Memo[string, int]
	g := newGate()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got, err := m.Get(t.Context(), "a", nil, g.fetch); got != 1 || err != nil {
				t.Errorf("got %d, %v", got, err)
			}
		})
	}
	<-g.entered
	close(g.open)
	wg.Wait()
	if got, err := m.Get(t.Context(), "a", nil, g.fetch); got != 1 || err != nil || g.calls.Load() != 1 {
		t.Errorf("later: %d, %v after %d calls", got, err, g.calls.Load())
	}
	if callers, found := m.Callers("a"); callers != 21 || !found {
		t.Errorf("%d callers, %t", callers, found)
	}
	if callers, found := m.Callers("b"); callers != 0 || found {
		t.Errorf("%d callers of what nobody called, %t", callers, found)
	}
	if got, err := m.Get(t.Context(), "b", nil, g.fetch); got != 2 || err != nil {
		t.Errorf("another key: %d, %v", got, err)
	}
}

func TestTheLeadersCancellationDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	var m memo.Memo[string, int]
	g := newGate()
	leader, cancel := context.WithCancel(t.Context())
	left, stayed := make(chan error, 1), make(chan error, 1)
	go func() { _, err := m.Get(leader, "a", nil, g.fetch); left <- err }()
	<-g.entered
	joined := make(chan struct{})
	go func() {
		_, err := m.Get(joining{t.Context(), joined}, "a", nil, g.fetch)
		stayed <- err
	}()
	<-joined
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the leader got %v", err)
	}
	close(g.open)
	if err := <-stayed; err != nil || g.calls.Load() != 1 {
		t.Errorf("the other got %v after %d calls", err, g.calls.Load())
	}
}

// joining is a context that tells when somebody begins to wait with it,
// which Get does after it has joined a call.
type joining struct {
	context.Context
	waits chan struct{}
}

func (j joining) Done() <-chan struct{} {
	close(j.waits)
	return j.Context.Done()
}

func TestTheLastCallersCancellationEndsTheCall(t *testing.T) {
	t.Parallel()
	var m memo.Memo[string, int]
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	_, err := m.Get(ctx, "a", nil, func(ctx context.Context) (int, error) {
		cancel()
		<-ctx.Done()
		close(ended)
		return 0, ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	<-ended
	got, err := m.Get(t.Context(), "a", nil, func(context.Context) (int, error) { return 7, nil })
	if got != 7 || err != nil {
		t.Errorf("the next call: %d, %v", got, err)
	}
}

func TestFailuresAreNotRemembered(t *testing.T) {
	t.Parallel()
	var m memo.Memo[string, int]
	boom := errors.New("boom")
	if _, err := m.Get(t.Context(), "a", nil, func(context.Context) (int, error) { return 0, boom }); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	if got, err := m.Get(t.Context(), "a", nil, func(context.Context) (int, error) { return 1, nil }); got != 1 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestForgetting(t *testing.T) {
	t.Parallel()
	count := 0
	next := func(context.Context) (int, error) { count++; return count, nil }
	for name, test := range map[string]struct {
		forget func(m *memo.Memo[string, int])
		usable func(int) bool
		kept   bool
	}{
		"nothing":          {func(*memo.Memo[string, int]) {}, nil, true},
		"the key":          {func(m *memo.Memo[string, int]) { m.Forget("a", nil) }, nil, false},
		"another key":      {func(m *memo.Memo[string, int]) { m.Forget("b", nil) }, nil, true},
		"a fitting value":  {func(m *memo.Memo[string, int]) { m.Forget("a", func(int) bool { return true }) }, nil, false},
		"no fitting value": {func(m *memo.Memo[string, int]) { m.Forget("a", func(int) bool { return false }) }, nil, true},
		"unusable":         {func(*memo.Memo[string, int]) {}, func(int) bool { return false }, false},
		"usable":           {func(*memo.Memo[string, int]) {}, func(int) bool { return true }, true},
	} {
		var m memo.Memo[string, int]
		first, err := m.Get(t.Context(), "a", nil, next)
		if err != nil {
			t.Fatal(err)
		}
		test.forget(&m)
		second, err := m.Get(t.Context(), "a", test.usable, next)
		if err != nil || (first == second) != test.kept {
			t.Errorf("%s: %d, then %d, %v", name, first, second, err)
		}
	}
}

func TestACallThatIsForgottenIsNeitherJoinedNorRemembered(t *testing.T) {
	t.Parallel()
	var m memo.Memo[string, int]
	g := newGate()
	old := make(chan int, 1)
	go func() {
		got, err := m.Get(t.Context(), "a", nil, g.fetch)
		if err != nil {
			t.Error(err)
		}
		old <- got
	}()
	<-g.entered
	fresh, err := m.Refresh(t.Context(), "a", func(context.Context) (int, error) { return 42, nil })
	if fresh != 42 || err != nil {
		t.Errorf("the refresh joined the older call: %d, %v", fresh, err)
	}
	close(g.open)
	if got := <-old; got != 1 {
		t.Errorf("the older caller got %d", got)
	}
	if got, err := m.Get(t.Context(), "a", nil, g.fetch); got != 42 || err != nil {
		t.Errorf("remembered is %d, %v, want the later call's", got, err)
	}
}

func TestACancelledCallIsNotJoined(t *testing.T) {
	t.Parallel()
	var m memo.Memo[string, int]
	ctx, cancel := context.WithCancel(t.Context())
	open, ended := make(chan struct{}), make(chan struct{})
	_, err := m.Get(ctx, "a", nil, func(context.Context) (int, error) {
		cancel()
		<-open
		close(ended)
		return 1, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got, err := m.Get(t.Context(), "a", nil, func(context.Context) (int, error) { return 2, nil }); got != 2 || err != nil {
		t.Errorf("the next call: %d, %v", got, err)
	}
	close(open)
	<-ended
}

// TestLeavingWhileTheCallGoesOn has one caller who leaves and one who stays.
func TestLeavingWhileTheCallGoesOn(t *testing.T) {
	t.Parallel()
	throttled := errors.New("the service throttles")
	for name, test := range map[string]struct {
		note error
		want string
	}{
		"nothing noted": {nil, "context canceled"},
		"noted":         {throttled, "the service throttles, but context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := memo.Memo[string, int]{AwaitCancelled: true}
			g := newGate()
			stayed := make(chan error, 1)
			go func() {
				_, err := m.Get(t.Context(), "a", nil, func(ctx context.Context) (int, error) {
					if test.note != nil {
						memo.Note(ctx, test.note)
					}
					return g.fetch(ctx)
				})
				stayed <- err
			}()
			<-g.entered
			leaver, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := m.Get(leaver, "a", nil, g.fetch)
			if !errors.As(err, new(*memo.LeftError)) || err.Error() != test.want || !errors.Is(err, context.Canceled) || errors.Is(err, throttled) != (test.note != nil) {
				t.Errorf("got %v", err)
			}
			close(g.open)
			if err := <-stayed; err != nil {
				t.Errorf("the other got %v", err)
			}
		})
	}
}

// TestTheLastCallerWaitsForTheCancelledCall: what ended it is known then, and
// a result that comes at that moment is not thrown away.
func TestTheLastCallerWaitsForTheCancelledCall(t *testing.T) {
	t.Parallel()
	boom := errors.New("still 503 Service Unavailable")
	for name, test := range map[string]struct {
		value int
		err   error
	}{"failure": {0, boom}, "result": {7, nil}} {
		m := memo.Memo[string, int]{AwaitCancelled: true}
		ctx, cancel := context.WithCancel(t.Context())
		got, err := m.Get(ctx, "a", nil, func(ctx context.Context) (int, error) {
			cancel()
			<-ctx.Done()
			if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
				t.Errorf("%s: the call ends because of %v", name, cause)
			}
			return test.value, test.err
		})
		if got != test.value || !errors.Is(err, test.err) || test.err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %d, %v", name, got, err)
		}
	}
}
