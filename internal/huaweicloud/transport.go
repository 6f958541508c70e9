package huaweicloud

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// roundTrip sends a request once and reads the whole answer. An answer that
// broke off, or is larger than maxAnswer, is an error: then nothing of it
// can be trusted.
func roundTrip(client *http.Client, request *http.Request) (response *http.Response, body []byte, err error) {
	received, err := client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, received.Body.Close()) }()
	content, err := io.ReadAll(io.LimitReader(received.Body, maxAnswer+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read the answer: %w", err)
	}
	if len(content) > maxAnswer {
		return nil, nil, errTooLarge
	}
	return received, content, nil
}

// errTooLarge is final: asking again costs as much, and helps nobody.
var errTooLarge = fmt.Errorf("the answer is larger than %d MB, which no answer of this service should be", maxAnswer>>20)

// withoutURL takes the URL out of net/http's errors: our own errors name
// operation and host, and a query has no place in a message.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
