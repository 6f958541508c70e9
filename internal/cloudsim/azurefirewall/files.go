package azurefirewall

import (
	"errors"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

var errOverwrites = errors.New("AuthorizationPermissionMismatch: the file exists, and the SAS does not permit to overwrite it")

// machine is the one behind the firewalls.
var machine = traffic.Target{IPv4: netip.AddrFrom4([4]byte{10, 1, 0, 4})}

// fileName is what an instance's file is called: in the root of the container, with
// the name that was asked for. What follows that name is not documented.
func fileName(asked string, instance int) string {
	return strings.TrimSuffix(asked, ".pcap") + "_" + strconv.Itoa(instance) + ".pcap"
}

func (f *Firewall) upload(c *capture, container blob.Container, instance int, at time.Time) blob.Blob {
	file := f.file(c, instance, at)
	return blob.Blob{
		Account: container.Account, Container: container.Name, Name: fileName(c.asked.FileName, instance), LastModified: at,
		Write: func(to io.Writer) error {
			_, _, err := file.Write(to)
			return err
		},
	}
}

func (f *Firewall) file(c *capture, instance int, end time.Time) traffic.File {
	return traffic.File{From: c.started, To: end, MaxPackets: int(c.asked.packets()), Packets: f.stream(instance), Selects: c.asked.selects()}
}

// Blobs are the files that were uploaded; a newer one replaces an older one with
// its name.
func (f *Firewall) Blobs(now time.Time) []blob.Blob {
	f.Settle(now)
	newest := slices.Clone(f.files)
	slices.Reverse(newest)
	return newest
}

// endOf is when a capture ends by itself.
func (f *Firewall) endOf(c *capture) time.Time {
	limit := c.started.Add(time.Duration(c.asked.duration()) * time.Second)
	var end time.Time
	for instance := range f.Instances {
		packets, last := int(c.asked.packets()), limit
		selects := c.asked.selects()
		f.stream(instance)(c.started, limit, func(p traffic.Packet) bool {
			if selects(p) {
				packets, last = packets-1, p.At.Add(time.Microsecond)
			}
			return packets > 0
		})
		if packets > 0 {
			return limit
		}
		if last.After(end) {
			end = last
		}
	}
	return end
}

// stream is the traffic that goes through one instance: each packet comes in and
// goes out. A connection goes through one instance.
func (f *Firewall) stream(instance int) traffic.Stream {
	return func(from, to time.Time, yield func(traffic.Packet) bool) {
		traffic.Between(machine, from, to, func(p traffic.Packet) bool {
			if int(max(p.Source.Port(), p.Destination.Port()))%f.Instances != instance {
				return true
			}
			in, out := f.hops(p, instance)
			out.At = out.At.Add(20 * time.Microsecond)
			return yield(in) && yield(out)
		})
	}
}

// hops are a packet before and behind the firewall. What goes to public addresses
// leaves from the instance's own, and what visitors send to the firewall's public
// address is passed on.
func (f *Firewall) hops(p traffic.Packet, instance int) (in, out traffic.Packet) {
	own := f.Subnet.Addr()
	for range 4 + instance {
		own = own.Next()
	}
	source, destination := p.Source.Addr(), p.Destination.Addr()
	const portTLS = 443
	switch {
	case source == machine.IPv4 && p.Source.Port() == portTLS: // an answer to a visitor
		return p.Readdressed(source, own), p.Readdressed(f.Public, destination)
	case destination == machine.IPv4 && p.Destination.Port() == portTLS:
		return p.Readdressed(source, f.Public), p.Readdressed(own, destination)
	case source == machine.IPv4 && !destination.IsPrivate():
		return p, p.Readdressed(own, destination)
	case destination == machine.IPv4 && !source.IsPrivate():
		return p.Readdressed(source, own), p
	default:
		return p, p
	}
}

// selects reports whether a capture takes a packet: those of one of the rules, in
// both directions.
func (p *Parameters) selects() func(traffic.Packet) bool {
	var flags uint8
	for _, flag := range p.Flags {
		flags |= flagBits[flag.Type]
	}
	protocol := protocolNumbers[p.protocol()]
	return func(packet traffic.Packet) bool {
		switch {
		case protocol != 0 && packet.Protocol != protocol, flags != 0 && packet.TCPFlags()&flags == 0:
			return false
		}
		return slices.ContainsFunc(p.Filters, func(r Rule) bool {
			return r.describes(packet.Source, packet.Destination, packet.Protocol) || r.describes(packet.Destination, packet.Source, packet.Protocol)
		})
	}
}

func (r Rule) describes(source, destination netip.AddrPort, protocol uint8) bool {
	hasPorts := protocol == protocolNumbers[protocolTCP] || protocol == protocolNumbers[protocolUDP]
	return contains(r.Sources, source.Addr()) && contains(r.Destinations, destination.Addr()) && !slices.Contains(r.Destinations, everywhere) &&
		(!hasPorts || slices.Contains(r.DestinationPorts, strconv.Itoa(int(destination.Port()))))
}

// everywhere as a destination gives an empty capture.
const everywhere = "0.0.0.0/0"

func contains(prefixes []string, address netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(text string) bool {
		parsed, err := parsePrefix(text)
		return err == nil && parsed.Contains(address)
	})
}
