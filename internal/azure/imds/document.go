package imds

import "encoding/json"

// Document is what the service says about the machine. Callers share it and
// must not change it.
//
// In all typed parts nil means that the value is absent or empty, which the
// service does not tell apart, or that it could not be read; the latter adds
// a warning. A nested part without any value is nil as a whole.
type Document struct {
	// Raw is the document as it came, user data included.
	Raw json.RawMessage
	// APIVersionUsed is the api-version that the service answered to.
	APIVersionUsed string
	// Compute is nil on classic machines.
	Compute *Compute
	// Network is nil if the service said nothing about it.
	Network *Network
	// Warnings say which values could not be read and which parts are
	// missing, for people.
	Warnings []string
}

// Compute describes the machine. Since when a field exists is in the vendor's
// table "Instance metadata"; older versions leave it out.
type Compute struct {
	AdditionalCapabilities *AdditionalCapabilities
	// AzEnvironment is the cloud as the host spells it.
	AzEnvironment  *string
	CustomData     *string
	EvictionPolicy *string
	// ExtendedLocation is the edge zone.
	ExtendedLocation *ExtendedLocation
	// Host and HostGroup are set on dedicated hosts, never both.
	Host                       *SubResource
	HostGroup                  *SubResource
	IsHostCompatibilityLayerVM *bool
	LicenseType                *string
	// Location is the region in lower case without spaces; LocationRaw is
	// the host's spelling.
	Location    *string
	LocationRaw *string
	Name        *string
	// Offer, Publisher, SKU and Version are those of a marketplace image.
	Offer                  *string
	OSProfile              *OSProfile
	OSType                 *string
	PhysicalZone           *string
	PlacementGroupID       *string
	Plan                   *Plan
	PlatformFaultDomain    *int64
	PlatformSubFaultDomain *int64
	PlatformUpdateDomain   *int64
	Priority               *string
	Provider               *string
	PublicKeys             []PublicKey
	Publisher              *string
	ResourceGroupName      *string
	ResourceID             *string
	SecurityProfile        *SecurityProfile
	SKU                    *string
	StorageProfile         *StorageProfile
	SubscriptionID         *string
	// Tags come from tagsList, which api-versions since 2019-06-04 have, or
	// from TagsRaw. Nil means that the version has neither.
	Tags map[string]string
	// TagsAmbiguous says that Tags were read from TagsRaw, in which a name or
	// value with a colon or semicolon cannot be told apart.
	TagsAmbiguous bool
	// TagsRaw is "name:value;name:value".
	TagsRaw *string
	// UserData is base64. It often holds secrets.
	UserData *string
	Version  *string
	// VirtualMachineScaleSet is set on instances of flexible scale sets,
	// VMScaleSetName on those of uniform ones.
	VirtualMachineScaleSet *SubResource
	VMID                   *string
	VMScaleSetName         *string
	VMSize                 *string
	Zone                   *string

	// Environment is AzEnvironment in one spelling: public, usgovernment,
	// china, german or azurestack, or else the host's in lower case.
	Environment *string
	// Hostname is osProfile.computerName, or else Name. On uniform scale sets
	// the two differ.
	Hostname *string
	// IsSpot is nil where the version does not say.
	IsSpot *bool
	// IsScaleSetInstance is nil where the version does not say.
	IsScaleSetInstance *bool
}

// AdditionalCapabilities are features of the machine.
type AdditionalCapabilities struct{ HibernationEnabled *bool }

// ExtendedLocation is an edge zone.
type ExtendedLocation struct{ Name, Type *string }

// SubResource is a reference to an ARM resource.
type SubResource struct{ ID *string }

// OSProfile is what the operating system was set up with.
type OSProfile struct {
	AdminUsername *string
	ComputerName  *string
	// DisablePasswordAuthentication exists on Linux only.
	DisablePasswordAuthentication *bool
}

// Plan is a marketplace image's purchase plan.
type Plan struct{ Name, Product, Publisher *string }

// PublicKey is an SSH key that the machine was made with.
type PublicKey struct{ KeyData, Path *string }

// SecurityProfile tells how the machine boots and encrypts.
type SecurityProfile struct {
	EncryptionAtHost  *bool
	SecureBootEnabled *bool
	// SecurityType is TrustedLaunch or ConfidentialVM.
	SecurityType      *string
	VirtualTPMEnabled *bool
}

// StorageProfile are the machine's image and disks.
type StorageProfile struct {
	DataDisks      []DataDisk
	ImageReference *ImageReference
	OSDisk         *OSDisk
	// ResourceDisk is the temporary disk.
	ResourceDisk *ResourceDisk
}

// DataDisk is a disk besides the operating system's.
type DataDisk struct {
	// BytesPerSecondThrottle, DiskCapacityBytes, IsSharedDisk and
	// OpsPerSecondThrottle are set for ultra disks only.
	BytesPerSecondThrottle  *int64
	Caching                 *string
	CreateOption            *string
	DiskCapacityBytes       *int64
	DiskSizeGB              *int64
	Image                   *URIReference
	IsSharedDisk            *bool
	IsUltraDisk             *bool
	LUN                     *int64
	ManagedDisk             *ManagedDisk
	Name                    *string
	OpsPerSecondThrottle    *int64
	VHD                     *URIReference
	WriteAcceleratorEnabled *bool
}

// URIReference points to a blob.
type URIReference struct{ URI *string }

// ManagedDisk is a disk resource. Its ID often spells the resource group in
// capitals.
type ManagedDisk struct{ ID, StorageAccountType *string }

// ImageReference is the image that the machine was made from.
type ImageReference struct {
	CommunityGalleryImageID *string
	ExactVersion            *string
	ID                      *string
	Offer                   *string
	Publisher               *string
	SharedGalleryImageID    *string
	SKU                     *string
	Version                 *string
}

// OSDisk is the operating system's disk.
type OSDisk struct {
	Caching                 *string
	CreateOption            *string
	DiffDiskSettings        *DiffDiskSettings
	DiskSizeGB              *int64
	EncryptionSettings      *EncryptionSettings
	Image                   *URIReference
	ManagedDisk             *ManagedDisk
	Name                    *string
	OSType                  *string
	VHD                     *URIReference
	WriteAcceleratorEnabled *bool
}

// DiffDiskSettings are those of an ephemeral disk.
type DiffDiskSettings struct{ Option *string }

// EncryptionSettings are those of Azure Disk Encryption.
type EncryptionSettings struct {
	DiskEncryptionKey *DiskEncryptionKey
	Enabled           *bool
	KeyEncryptionKey  *KeyEncryptionKey
}

// DiskEncryptionKey is a secret of a key vault.
type DiskEncryptionKey struct {
	SecretURL   *string
	SourceVault *SubResource
}

// KeyEncryptionKey is a key of a key vault.
type KeyEncryptionKey struct {
	KeyURL      *string
	SourceVault *SubResource
}

// ResourceDisk is the temporary disk.
type ResourceDisk struct {
	// Size is in kilobytes.
	Size *int64
}

// Where an address's public address was found.
const (
	PublicIPAddressFromInstance     = "instance"
	PublicIPAddressFromLoadBalancer = "loadbalancer"
)

// Network are the machine's interfaces. The service does not promise an
// order, so the first one need not be the primary one.
type Network struct{ Interfaces []Interface }

// Interface is one network interface.
type Interface struct {
	IPv4 IPv4
	IPv6 IPv6
	// MACAddress is in lower case with colons; MACAddressRaw is twelve
	// digits as the host sends them.
	MACAddress    *string
	MACAddressRaw *string
}

// IPv4 are an interface's IPv4 addresses and their subnets.
type IPv4 struct {
	IPAddresses []IPAddress
	Subnets     []Subnet
}

// IPv6 are an interface's IPv6 addresses.
type IPv6 struct{ IPAddresses []IPAddress }

// IPAddress is a private address with the public one that leads to it.
type IPAddress struct {
	PrivateIPAddress *string
	PublicIPAddress  *string
	// PublicIPAddressSource is PublicIPAddressFromInstance, or
	// PublicIPAddressFromLoadBalancer for addresses of the Standard SKU.
	PublicIPAddressSource *string
}

// Subnet is an IPv4 subnet.
type Subnet struct {
	Address *string
	Prefix  *int64
	// CIDR is address and prefix as one, for example "10.1.0.0/24".
	CIDR *string
}
