module build

go 1.25

require (
	github.com/pulumi/pulumi/sdk/v3 v3.256.0
	pulumi-fargate/sdk/go v0.1.0
)

// Published nowhere yet: the SDK is taken from its folder.
replace pulumi-fargate/sdk/go => ../../../sdk/go
