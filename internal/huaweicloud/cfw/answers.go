package cfw

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// What each operation's answer has to hold. An answer that holds less proves
// nothing; huaweicloud.Session then returns *huaweicloud.NoAnswerError.

// record is an object of a list.
type record interface{ identity() string }

func (r taskRecord) identity() string { return folded(r.TaskID) }

func (r firewallRecord) identity() string { return folded(r.ID) }

// folded is what two spellings of an id have in common.
func folded(id string) string { return strings.ToLower(strings.TrimSpace(id)) }

// sameID reports whether two ids are the same, however they are written.
func sameID(a, b string) bool { return folded(a) == folded(b) }

// pageAnswer is a page of a list: ListCaptureTask, ListFirewallDetail,
// ListFirewallList.
type pageAnswer[R record] struct {
	Data pageData[R] `json:"data"`
}

// pageData is the data of a list. The definition of 2024-06 made it an array
// for ListCaptureTask; since 2024-11 it is an object.
type pageData[R record] struct {
	pagePart[R]

	given bool
	// differ says that the parts of an array contradict each other.
	differ bool
}

// pagePart is a page, or an element of the array.
type pagePart[R record] struct {
	Limit   number `json:"limit"`
	Offset  number `json:"offset"`
	Total   number `json:"total"`
	Records []R    `json:"records"`
}

// UnmarshalJSON takes both shapes; the pages of an array count as one.
func (p *pageData[R]) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	if string(data) == "null" {
		return nil
	}
	parts := make([]pagePart[R], 1)
	var err error
	if bytes.HasPrefix(data, []byte("[")) {
		err = json.Unmarshal(data, &parts)
	} else {
		err = json.Unmarshal(data, &parts[0])
	}
	if err != nil || len(parts) == 0 {
		return err
	}
	p.given, p.pagePart = true, parts[0]
	for _, part := range parts[1:] {
		p.differ = p.differ || part.Total != p.Total || part.Limit != p.Limit
		p.Records = append(p.Records, part.Records...)
	}
	return nil
}

// Check demands the list, its total, and an id of each object that no other
// has.
func (a *pageAnswer[R]) Check() error {
	page := a.Data
	switch {
	case !page.given:
		return errors.New("it has no data")
	case page.differ:
		return errors.New("its parts contradict each other")
	case page.Records == nil:
		return errors.New("it has no list of records")
	case !page.Total.set:
		return errors.New("it does not say how many records there are in total")
	case page.Total.value < int64(len(page.Records)):
		return fmt.Errorf("it has %d records, and says that there are %d in total", len(page.Records), page.Total.value)
	}
	seen := map[string]bool{}
	for _, record := range page.Records {
		id := record.identity()
		if id == "" {
			return errors.New("it has a record without an id")
		}
		if seen[id] {
			return fmt.Errorf("it has two records with the id %q", id)
		}
		seen[id] = true
	}
	return nil
}

// answers demands the page that was asked for. A service that does not say which
// one it is, is believed.
func (a *pageAnswer[R]) answers(limit, offset int) error {
	for _, echo := range []struct {
		member      string
		asked, told int64
	}{{"limit", int64(limit), a.Data.Limit.or(int64(limit))}, {"offset", int64(offset), a.Data.Offset.or(int64(offset))}} {
		if echo.told != echo.asked {
			return fmt.Errorf("it is the page with the %s %d, and %d was asked for", echo.member, echo.told, echo.asked)
		}
	}
	return nil
}

// acceptedAnswer is the answer to CreateCaptureTask, CancelCaptureTask and
// DeleteCaptureTask. It names the firewall, never the task.
type acceptedAnswer struct {
	Data struct {
		ID string `json:"id"`
	} `json:"data"`
}

// confirms demands the firewall's id: another one's confirms another request.
func (a *acceptedAnswer) confirms(firewall Firewall) error {
	switch {
	case a.Data.ID == "":
		return errors.New("it does not confirm the request: the firewall's id is missing")
	case !sameID(a.Data.ID, firewall.ID):
		return fmt.Errorf("it does not confirm the request, but one of the firewall %q", a.Data.ID)
	}
	return nil
}

// Check demands one of the two shapes: a link with its captcha, or files with
// a link each.
func (a *resultAnswer) Check() error {
	data := a.Data
	if data.URL != "" && data.Captcha != "" {
		return nil
	}
	if len(data.FileList) == 0 {
		return errors.New("it has neither a link with a captcha nor files")
	}
	for _, file := range data.FileList {
		if file.URL == "" {
			return errors.New("it has a file without a link")
		}
	}
	return nil
}
