// A load-balanced web service on AWS Fargate as one resource.
package fargate
