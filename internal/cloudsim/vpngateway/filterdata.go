package vpngateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// filterData is the JSON in a request's filterData.
//
// Source: https://learn.microsoft.com/azure/vpn-gateway/packet-capture#filters
type filterData struct {
	TracingFlags        *int     `json:"TracingFlags"`
	MaxPacketBufferSize *int     `json:"MaxPacketBufferSize"`
	MaxFileSize         *int64   `json:"MaxFileSize"`
	Filters             []filter `json:"Filters"`
}

type filter struct {
	SourceSubnets      []netip.Prefix `json:"SourceSubnets"`
	DestinationSubnets []netip.Prefix `json:"DestinationSubnets"`
	SourcePort         []uint16       `json:"SourcePort"`
	DestinationPort    []uint16       `json:"DestinationPort"`
	Protocol           []uint8        `json:"Protocol"`
	// TCPFlags is a mask, any of whose flags suffices. -1 is in the vendor's
	// example: any.
	TCPFlags *int  `json:"TcpFlags"`
	OneWay   *bool `json:"CaptureSingleDirectionTrafficOnly"`
}

// What TracingFlags are made of.
const (
	traceESP  = 1
	traceIKE  = 2
	traceOVPN = 8
)

// Defaults and limits.
const (
	defaultTracing     = traceESP | traceIKE | traceOVPN
	defaultPacketBytes = 120
	defaultFileMB      = 100
	megabyte           = 1 << 20
)

// parseFilterData reads what a start was given. The service finds what is wrong
// with it only when the capture is stopped.
func parseFilterData(text string) (filterData, error) {
	tracing, packetBytes, file := defaultTracing, defaultPacketBytes, int64(defaultFileMB)
	if text == "" {
		return filterData{TracingFlags: &tracing, MaxPacketBufferSize: &packetBytes, MaxFileSize: &file}, nil
	}
	var data filterData
	decoder := json.NewDecoder(strings.NewReader(text))
	if err := decoder.Decode(&data); err != nil {
		return data, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return data, errors.New("text behind the JSON")
	}
	return data, data.check()
}

func (d *filterData) check() error {
	switch {
	case d.TracingFlags == nil || d.MaxPacketBufferSize == nil || d.MaxFileSize == nil || d.Filters == nil:
		return errors.New("a required member is missing")
	case *d.TracingFlags&^defaultTracing != 0 || *d.TracingFlags == 0:
		return fmt.Errorf("TracingFlags %d", *d.TracingFlags)
	case *d.MaxPacketBufferSize < 1:
		return fmt.Errorf("MaxPacketBufferSize %d", *d.MaxPacketBufferSize)
	case *d.MaxFileSize < 1:
		return fmt.Errorf("MaxFileSize %d", *d.MaxFileSize)
	case len(d.Filters) > 1:
		return errors.New("only one filter can be used at a time")
	}
	for _, f := range d.Filters {
		if f.SourceSubnets == nil || f.DestinationSubnets == nil || f.SourcePort == nil || f.DestinationPort == nil || f.Protocol == nil || f.TCPFlags == nil || f.OneWay == nil {
			return errors.New("a required member of the filter is missing")
		}
		for _, subnet := range slices.Concat(f.SourceSubnets, f.DestinationSubnets) {
			if !subnet.Addr().Is4() {
				return errors.New("subnets are of IPv4")
			}
		}
	}
	return nil
}

// selects reports whether the filter takes an inner packet; without a filter all.
func (d *filterData) selects(p traffic.Packet) bool {
	for _, f := range d.Filters {
		if !f.describes(p, p.Source, p.Destination) && (*f.OneWay || !f.describes(p, p.Destination, p.Source)) {
			return false
		}
	}
	return true
}

func (f filter) describes(p traffic.Packet, source, destination netip.AddrPort) bool {
	return within(f.SourceSubnets, source.Addr()) && within(f.DestinationSubnets, destination.Addr()) &&
		among(f.SourcePort, source.Port()) && among(f.DestinationPort, destination.Port()) && among(f.Protocol, p.Protocol) &&
		(*f.TCPFlags <= 0 || int(p.TCPFlags())&*f.TCPFlags != 0)
}

func within(subnets []netip.Prefix, address netip.Addr) bool {
	return len(subnets) == 0 || slices.ContainsFunc(subnets, func(subnet netip.Prefix) bool { return subnet.Contains(address) })
}

func among[T comparable](values []T, value T) bool {
	return len(values) == 0 || slices.Contains(values, value)
}

// innerToo reports whether the file holds inner packets beside the outer ones.
func (d *filterData) innerToo() bool {
	return !slices.ContainsFunc(d.Filters, func(f filter) bool { return *f.OneWay })
}
