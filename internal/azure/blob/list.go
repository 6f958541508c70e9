package blob

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

type listing struct {
	XMLName       xml.Name `xml:"EnumerationResults"`
	ContainerName string   `xml:"ContainerName,attr"`
	Blobs         *struct {
		Blob []struct {
			Name       listedName `xml:"Name"`
			Properties struct {
				ContentLength int64  `xml:"Content-Length"`
				LastModified  string `xml:"Last-Modified"`
			} `xml:"Properties"`
		} `xml:"Blob"`
	} `xml:"Blobs"`
	NextMarker string `xml:"NextMarker"`
}

// listedName is a blob's name. One with characters that XML cannot have is
// percent-encoded.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/list-blobs#remarks
type listedName struct {
	Text    string `xml:",chardata"`
	Encoded bool   `xml:"Encoded,attr"`
}

func (n listedName) decoded() (string, error) {
	if !n.Encoded {
		return n.Text, nil
	}
	name, err := url.PathUnescape(n.Text)
	if err != nil {
		return "", fmt.Errorf("the list has a name that is not encoded as it says: %w", err)
	}
	return name, nil
}

// ErrTooMany means that more blobs have the prefix than any capture stores.
var ErrTooMany = errors.New("more blobs have this prefix than one capture stores: name the files")

// maxListed is how many blobs List returns at most.
const maxListed = 20000

// List returns the blobs of the container whose names begin with prefix, in the
// order of their names (List Blobs, Container_ListBlobFlatSegment).
func (c *Client) List(ctx context.Context, container Reference, prefix string) ([]Blob, error) {
	container.Name = ""
	container = container.At(c.session.Endpoints().Blob)
	pipeline, err := c.pipeline(container)
	if err != nil {
		return nil, err
	}
	all := list{container: container, prefix: prefix, names: map[string]bool{}, markers: map[string]bool{}}
	for marker, more := "", true; more; more = marker != "" {
		page, err := c.page(ctx, pipeline, container, prefix, marker)
		if err == nil {
			err = all.add(page)
		}
		if err != nil {
			return nil, &Error{container, err}
		}
		marker = page.NextMarker
	}
	return all.blobs, nil
}

// list are the pages of one list so far.
type list struct {
	container Reference
	prefix    string
	blobs     []Blob
	// names and markers are those that were there already.
	names, markers map[string]bool
}

// add takes a page, unless it contradicts what was asked for or the pages before:
// a blob that is read twice would count twice.
func (l *list) add(page *listing) error {
	switch {
	case page.Blobs == nil:
		return errors.New("the answer is a list without blobs, where one of none has an empty member Blobs")
	case page.ContainerName != "" && page.ContainerName != l.container.Container:
		return fmt.Errorf("the answer is the list of another container, %q", page.ContainerName)
	case l.markers[page.NextMarker]:
		return errors.New("the list does not end: a page names one as the next that was there before")
	}
	l.markers[page.NextMarker] = page.NextMarker != ""
	for _, listed := range page.Blobs.Blob {
		found := Blob{Reference: l.container, SizeBytes: listed.Properties.ContentLength}
		name, err := listed.Name.decoded()
		switch {
		case err != nil:
			return err
		case l.names[name]:
			return fmt.Errorf("the list has the blob %q twice", name)
		case !strings.HasPrefix(name, l.prefix):
			return fmt.Errorf("the list has the blob %q, which does not begin with %q", name, l.prefix)
		}
		l.names[name], found.Reference.Name = true, name
		if at, err := http.ParseTime(listed.Properties.LastModified); err == nil {
			found.LastModified = at
		}
		if l.blobs = append(l.blobs, found); len(l.blobs) > maxListed {
			return ErrTooMany
		}
	}
	return nil
}

func (c *Client) page(ctx context.Context, pipeline runtime.Pipeline, container Reference, prefix, marker string) (*listing, error) {
	query := url.Values{"restype": {"container"}, "comp": {"list"}, "prefix": {prefix}}
	if marker != "" {
		query.Set("marker", marker)
	}
	response, err := do(ctx, pipeline, container.signed(query.Encode()), nil, nil) //nolint:bodyclose // read whole by the pipeline
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, runtime.NewResponseError(response)
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return nil, err
	}
	var page listing
	decoder := xml.NewDecoder(bytes.NewReader(trimBOM(body)))
	if err := decoder.Decode(&page); err != nil {
		return nil, fmt.Errorf("the answer is no list of blobs: %w", err)
	}
	if rest := bytes.TrimSpace(trimBOM(body)[decoder.InputOffset():]); len(rest) > 0 {
		return nil, errors.New("the answer goes on behind its list of blobs")
	}
	return &page, nil
}
