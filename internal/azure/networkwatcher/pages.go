package networkwatcher

import (
	"context"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// maxPages is how many pages a list may have. No subscription has as many
// watchers or captures as fill a few of them.
const maxPages = 1000

// page is one page of a list: PacketCaptures_List, NetworkWatchers_ListAll.
// Both are paged since api-version 2025-07-01.
type page[E any] struct {
	entries []*E
	// next is the address of the next page; nil or empty after the last.
	next *string
	// lacks says what the page lacks to be an answer; "" if nothing.
	lacks string
}

// readPages reads a list to its end: a part of it proves of nothing that it
// is not there. view looks at the page that the client read.
func readPages[R, E any](ctx context.Context, pager *runtime.Pager[R], asked string, view func(*R) page[E]) ([]*E, error) {
	entries := []*E{}
	read := map[string]bool{}
	for pager.More() {
		var raw *http.Response
		response, err := pager.NextPage(policy.WithCaptureResponse(ctx, &raw))
		var seen page[E]
		err = answered(raw, err, asked, func() string {
			seen = view(&response)
			switch next := text(seen.next); {
			case seen.lacks != "":
			case next != "" && read[next]:
				return "its next page is one that was read before"
			case next != "" && len(read) == maxPages:
				return fmt.Sprintf("it has more than %d pages", maxPages)
			}
			return seen.lacks
		})
		if err != nil {
			return nil, err
		}
		read[text(seen.next)] = true
		entries = append(entries, seen.entries...)
	}
	return entries, nil
}
