//! What division plans may not be asked for, over real sockets.

use growthpole_tests::call::{Client, Refused};
use growthpole_tests::jobs::{data, start, with};
use growthpole_tests::process::SHAPES;
use serde_json::json;
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_none_are_refused_by_their_field() {
    let data = data(2, 3);
    for shape in SHAPES {
        let growthpole = start(shape, data.path(), &[]);
        let client = Client::connect(&growthpole.endpoint).await;
        let cases = [
            (json!({"search": {"alternatives": 1, "alternativesWithin": "NaN"}}), "search.alternatives_within"),
            (json!({"search": {"alternatives": 1, "alternativesWithin": "Infinity"}}), "search.alternatives_within"),
            (json!({"search": {"timeLimitSeconds": "NaN"}}), "search.time_limit_seconds"),
            (json!({"search": {"engine": 17}}), "search.engine"),
            (json!({"minimumPresence": "NaN"}), "minimum_presence"),
            (json!({"frictionWeight": "NaN"}), "friction_weight"),
        ];
        for (request, field) in cases {
            let selection =
                json!({"dataset": "large", "indicator": "jobs", "periods": {"list": {"periods": ["2015"]}}});
            let request = with(request, "selection", selection);
            let refused = client.json("IndustryDivisionService/ProposeDivision", &request).await.unwrap_err();
            let Refused { code, reason, violations, .. } = refused.into();
            let fields: Vec<&str> = violations.iter().map(|(field, _)| field.as_str()).collect();
            assert_eq!((code, reason.as_str(), fields), (Code::InvalidArgument, "INVALID_FIELD", vec![field]));
        }
    }
}
