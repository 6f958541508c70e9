package ingest

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

// TestTheIDsThatAreAskedForAreThoseThatWereSent of batches and of their parts, of
// records that are equal, and of those whose ids depend on their position.
func TestTheIDsThatAreAskedForAreThoseThatWereSent(t *testing.T) {
	t.Parallel()
	source := strings.Repeat(`{"n":1}`+"\n", 40) + numbered(0, exactRecords) + numbered(7, 9)
	s := &sender{identifier: newIdentifier("Id", "generation")}
	batches := small(newBatcher(loganalytics.DataCollector, strings.NewReader(source), nil, s.identifier), 1_500_000)
	checked := 0
	for {
		sent, err := batches.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		first, second := sent.split()
		for _, part := range []*batch{sent, first, second} {
			body, err := part.content.body(part.from, part.to)
			if err != nil {
				t.Fatal(err)
			}
			var in []struct{ ID string }
			if err := json.NewDecoder(body.Open()).Decode(&in); err != nil {
				t.Fatal(err)
			}
			asked := s.ids(part, len(part.records))
			if !slices.EqualFunc(in, asked, func(record struct{ ID string }, id string) bool { return record.ID == id }) {
				t.Errorf("of records %d to %d the ids that are asked for are others", part.first(), part.last())
			}
		}
		checked += len(sent.records)
		sent.release()
	}
	if want := exactRecords + 42; checked != want {
		t.Errorf("checked %d records, want %d", checked, want)
	}
}
